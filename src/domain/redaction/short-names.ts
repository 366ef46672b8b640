/**
 * Given names that registers of births hardly have and people use: short and pet names, and names of languages of which
 * the lists know little. None is an ordinary word of the languages that the engine is for.
 */
export const SHORT_NAMES: ReadonlySet<string> = new Set(
  `shaz gaz daz loz jonno robbo jez jez gazza shazza dazza bex becs tash trish trudi freddie charlie archie alfie ollie robbie bobby billy benji timmy tommy jimmy johnny ronnie reggie vinnie vinny lenny
kenny denny mikey stevie davey joey andie sammy tessa pippa nettie hattie lottie lexie
sioned rhian rhys ffion carys dilys eirlys gethin iestyn llinos menna mared gwenllian angharad geraint eluned eirian
aoife niamh saoirse caoimhe oisín oisin tadhg eoin pádraig padraig siobhán siobhan sinéad sinead gráinne grainne
ruairí ruairi diarmuid fionn fiadh clodagh orlaith mairead máiread eimear
staszek zbyszek krzysiek wojtek jurek jarek darek bartek maciek romek marcinek tomek tomuś piotrek pawełek grzesiek
mirek sławek leszek zdzichu rysiek heniek mietek kazik józek franek antek jasiek olek szymek mateuszek rafałek czesiek
kasia gosia basia zosia hania marysia jadzia krysia renia wiesia danusia halinka elżunia agusia kinga kingą ania
magdusia madzia zuzia ewcia iwonka joasia karolcia małgosia marzenka oleńka tereska urszulka zuza
inma paco nacho concha merche toñi quique kike manolo maite itziar ainhoa iker unai jordi montse
mireia pepa paqui nuri lucho chucho nando toño chayo chano totò peppe ciro gennaro mimmo nunzio rino tonino lello rosaria concetta assunta titti truus riet toos sjaan joop wim henk gerrit jaap teun sjoerd wietse femke fenna jelle tjeerd siebe douwe
aukje bouke geert ineke mieke marijke koos huub sjef harrie
jupp hansi heinz sepp vroni xaver steffi rolli
quim nelo tonho zeca dudu juca zuleide raimundo valdir cleide neide zilda jurema iracema
kostas giannis yannis nikos stavros lefteris vangelis thanasis mitsos panos takis eleni katerina despina sofoula
thabo sipho lerato kagiso tshepo mpho bongani sibusiso zanele nomvula thandi thandeka nompumelelo lindiwe themba
mandla dumisani nkosinathi palesa refilwe kabelo lwazi ayanda siyabonga tendai tatenda rudo farai chipo tapiwa
wanjiku wambui njeri nyambura kamau kipchoge achieng akinyi atieno odhiambo otieno wekesa nasimiyu
chidi emeka obinna ngozi ifeoma chioma adaeze nnamdi ikenna amaka kelechi tunde segun femi yetunde folake
babajide olumide titilayo ayodele damilola temitope adebayo aminu bilkisu hauwa zainab kwame kofi kwabena kwaku
abena akosua adwoa efua ousmane mamadou aminata fatoumata ibrahima cheikh moussa seydou ndeye
rukmini lakshmi saraswati parvati sunita anjali kavitha lavanya meenakshi padmini radhika revathi sangeetha sudha
vasudha venkatesh subramaniam karthik senthil murugan selvi ananthi gurpreet harpreet jaspreet manpreet simran baljit
sukhwinder kuldeep ravinder narinder balwinder debashish subhash sourav tanmoy shreya ishaan aarav vihaan ananya
thuy huong phuong nguyet trang khanh quynh ngoc hoang xiaoming xiaoli xiulan meiling jingyi yuxuan haoran zihan ruoxi guozhi weijun liwei jianguo
haruto yuto hinata sakura hina takumi kenta shota daiki naoki yuki haruka misaki ayaka
minjun seojun doyun jihoon minji seoyeon jiwoo jimin hyejin sooyoung eunji jaehyun
aigul aizhan bekzat dinara gulnara nurlan askar zhanna timur ruslan oksana ihor ihnat taras mykola oleksandr olena
nataliia kateryna yuliia andrii dmytro vasyl bohdan ostap solomiia zoryana liudmyla halyna
ágnes zsolt zsófi csaba gergő tamás lászló réka orsolya piroska jolán gyula sándor ferenc józsef béla lajos kálmán
mehmet ayşe fatma emine hatice mustafa ahmet hüseyin ibrahim osman yusuf murat ömer elif zeynep merve büşra esra
tuğçe gökhan serkan volkan onur burak emre barış çağla gülşen nurcan şule
fatemeh zahra mohammad hossein mehdi amir arash behrouz dariush kamran navid parisa shirin nasrin maryam
khadija fatima aisha yasmin layla rania samira leila salma hanan khalid tariq hassan
hussein mahmoud mustapha youssef abdel abdul abdulrahman faisal fahad nasser majid waleed bilal
shlomo moshe yitzhak yaakov avraham chaim eliezer mordechai rivka rachel chana devorah shoshana tzipora yael noa
orit ronit shira avigail tamar gilad eitan itai nadav omri lior idan
björk guðrún sigríður kristín jóhanna helga jón sigurður guðmundur gunnar ólafur einar kristján magnús þór
eero eino helmi hilja kaarina kalevi kyllikki lempi päivi pirkko raili reijo seppo tarja tuula veikko
åse øyvind torbjørn ragnhild ingeborg solveig sigrun gunvor håkon sverre hedda`.split(/\s+/),
)
