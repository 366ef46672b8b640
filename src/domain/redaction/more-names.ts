/**
 * Given names of many languages that registers of births of one country hardly have. None is a word of a spelling dictionary
 * of the languages that the engine is for.
 */
export const MORE_NAMES: readonly string[] =
  `grażyna bożena mirosława mirosław stanisława bronisława czesława wiesława zdzisława zdzisław czesław wiesław
władysława bogusława bogusław radosława jarosława bernadeta genowefa honorata lucyna otylia teodozja wioletta zenona
alojzy bartłomiej bartosz bolesław ferdynand gracjan kordian lechosław mieczysław remigiusz sławomir dobrosław
dobrosława dobrawa świętosława tomisław bogumił bogumiła ziemowit wiesiek zygi staś tadek wojtuś krzyś piotruś
zdzisiek ryśka gośka kaśka aśka olka ulka irka zocha jagna jagienka marysieńka felicja bogna bronka geertje lidewij
bartjan annemiek sjoukje wiebe wytze wubbo tjitske trijntje tjarda sietske sybren sytske roelof roelien reinier
reinout marloes machteld leontien janneke jacomijn hylke huib hessel hendrikje harmen hanneke gijsbert geesje
geertruida gerlof fokke eelco doutzen dirkje dieuwertje chiel brechtje boudewijn bauke barteld arjan anneloes
angelien aleid aafke willemijn willemien wiljan wesselien wybe ytsje ymke jikke jinke jitske jurriaan lammert
lijsbeth marjolijn mattheus minke nelleke quirijn reinder rianne rinske roosmarijn rutger siemen sietse sybrand
titia tjalling wietske willeke zeger kauê kauane kawê thainá tainá tainara thaís taís rosângela rosangela lurdes
fátima zélia zulmira odete odília rosária sônia terezinha valdirene valdete vanderlei vanderleia wagner wanderley
weverton yasmim ygor rogério salete suely tarcísio tatiane wanessa zilá zuleica adelino aderbal adilson ailton alair
aluísio alzira aparecida aurélio belmiro cândida cidália cleber cleusa cleuza clóvis cristóvão dalva damião délia
denilson deolinda dirceu djalma edinho edivaldo ednaldo elcio elisângela elói flávia flávio florbela geovana gilson
giovana glaucia graciete graziela gregório hélder hermínia horácio ilídio inácio ivonete joselito juraci jussara
kátia laurindo lídia lígia lineu marília marilene maurício mayara moacir mônica nazaré neusa neuza nilton nívea
octávio pâmela plínio raimunda zezé tiãozinho guga beto yeray gorka asier beñat edurne elisenda eneko estíbaliz
gaizka garbiñe gorane haizea higinio idoia idoya íker iñigo irati izaskun jokin josu josune koldo koro maialen
maider maixabel maritxu milagros miren montserrat nekane oriol patxi remedios urko xabier xoán facu mailén eyvind
luzmila nohemí gegè angiola brunella gaetana giusy luisella manfredi marialuisa mariarosa odoardo ottavia pinuccia
sestilio tommasina titta lillo pietruccio gwenaël gwendal nolwenn soazig donatien éliette éliott ferréol guénolé
guénaëlle guylaine gwladys irénée josèphe loïck maixent noëlie réjane sylvette théotime eike evamarie friedel heinke
heino hilke lieselore loni lüder rigobert rosvita schorsch thorvald tjorven ulli zenzi gearóid rhodri emyr eifion
elfed emrys gwilym gwynfor heledd hywel idwal ieuan ifan ifor islwyn ithel lowri macsen madog maldwyn meinir meirion
myfanwy nerys owain rhydian siân siwan taliesin tegid tegwen teleri trefor tudur áine bébhinn brídín bríd ciarán
colmán conchobhar daithí dónal éamonn éanna fionnbharr gobnait iarlaith liadan lorcán máire maebh muiris órla
proinsias ríona róisín roisin rónán ruadhán sadhbh seán séamus seanán síle uilleann eilidh innes mairi mhairi morag
morven murdo ruairidh seonaid torquil alasdair ailsa sunil ankit aparna balaji bhavana bhavesh chitra deepak dilip
govind harsha indrani jayanti jayesh kapil kishore komal kusum manish mansi mohit namrata naresh neelam neeraj
nilesh nirmala nitin omkar pankaj paresh prabha prabhakar pradeep pramod pratap praveen preeti priti pushpa raghu
rajani rajat rajesh rajeev rakhi rashmi rekha renu ritu rohini roshni rupa sandhya sangita sanjeev savita shailesh
sharad shikha shobha shweta srinivas subramanian suchitra sudhir sumit sundar swapna swati uday umesh vaishali
vasant veena vijaya vinod farooq fareeda iqbal ishtiaq javed khurram mehwish mubarak mumtaz naila naveed nazia
parveen razia rehana rizwan saima sajid shabana shabnam shafiq shahid shahida shakeel shamim shazia shoaib sohail
wasim zahida zeeshan zubair zulfiqar naledi rudzani tshilidzi mpumi nomsa nomfundo noluthando ntombi ntsako
nkululeko nkosazana nkosana muzi mduduzi mbali masego mamello makhosi lindani lindelwa lebogang lebohang lehlohonolo
letsholo khaya keabetswe katlego karabo kagisho itumeleng fikile dineo dikeledi bongiwe boitumelo bheki ayabonga
amogelang zodwa zandile xolani xoliswa vusi unathi tumelo tsholofelo tshegofatso thuli thoko thembi thandolwethu
sinazo silindile sindiswa rethabile refiloe rebaone puleng phumzile phindile phumla chukwuma chidinma chinonso
chinwe ebele emenike ezinne ijeoma ikechukwu kenechukwu nkechi nkem nnaemeka nwando nwamaka obiageli obiora onyeka
onyekachi osinachi somto udoka ugochi ugonna uzoma zikora ademola adesola adetokunbo adewale afolabi ayobami
bamidele bolaji bolanle bukunmi dayo dolapo folasade folarin funmi gbenga ibukun iyabo jumoke kunle lanre lekan
morounkeji niyi oladele olajide oluwatobi oyinkansola seyi sunkanmi tayo temi toyin yemi yinka zikoranaudodimma
adamu ahmadu babatunde ladi sule zubairu efia ekua kobina maame mawuli nyarko ohemaa owusu selorm yeboah elikem edem
dzifa delali enyonam akoto adhiambo akello apiyo auma awino chelimo kamande ndinda ngina nyakio nyokabi ruto
waithera waithira waruguru wacera zawadi mwanaisha tendekai tanaka tapfumaneyi tafadzwa takudzwa tinashe tinotenda
kudakwashe kudzai munashe munyaradzi mufaro nyasha rutendo ruvimbo shingai simbarashe tariro vimbai yeukai chenai
chiedza fadzai gamuchirai kuda makanaka netsai panashe rumbidzai dinh giang hanh hien hieu hong huyen kiet ngan
nghia nhan nhung oanh phuc phung quoc quyen thang thien thinh thoa thuan thuc toan trinh truong tuyen tuyet uyen
xuan soo-ah soo-jin min-ji min-jun ji-woo ji-hoon ji-eun hye-jin eun-ji seo-yeon seung-ho sung-min jae-hyun jin-woo
kyung-hee mi-kyung myung-soo sang-woo tae-hyung young-hee young-ho yoo-jin yeon-woo oleksij oleksii wasyl wasylyna
hryhoriy hryhorij yevhen yevheniia yaroslav yaroslava viktoriia volodymyr vladyslav valentyna serhii serhiy
roksolana pavlo olha olesia nadiia nazar myroslava mykhailo mariia marharyta lyubov kostiantyn khrystyna kyrylo
fedir denys daryna danylo artem anastasiia anzhela anatoly dmitry evgeni evgenia evgeny fyodor gennady ilya kirill
lidiya lyudmila marfa mitya nadezhda nastya pyotr semyon timofey vasily vitaly vyacheslav yegor yekaterina yelena
yevgeny bozhidar dimitar desislava hristo ivaylo kiril petya ratko srđan stoyan svetla tsvetana vojislav živko ágota
aladár csenger dalma emőke frigyes jácint kriszta lóránt ödön orsi rezső sarolta sebestyén szabina zsuzsa dănuț
toader ingus laima birutė daiva danutė gintaras jūratė kazys laimutė nijolė remigijus rimantas valdas virginijus
žilvinas ilpo kyösti perttu rauha reetta salla soile urho vappu borghild erlend hakon halvard halvor ingvild jarle
jostein magnhild thorbjørn torhild torgeir torkel torstein torunn trygve despoina dionysis eftychia evdokia fotini
fotis georgia giorgos grigoris ioanna kalliopi konstantina kyriakos lambros loukas manolis michalis myrto nektarios
odysseas paraskevi pavlos polyxeni sotiris spyros stamatis stelios stratos tassos thanos thodoris vasilis vassilis
xanthi yiannis yiorgos zafeiris aslı belgin beyza buket burcu cemile ezgi gülcan havva hayriye ilker ilknur inci
ipek kürşat neslihan nilay nimet sait sevilay süheyla şerife tuncay turhan zekeriya zuhal abdulwahab afaf ahlam
ashraf atef bushra dalal dareen duaa elham esraa eyad fadia faten fawzi fayez ghada ghassan hadeel haitham hamad
haneen hazem hend hesham hisham husam inas intisar khawla khulood loai lubna mervat miral moataz moneera mostafa
mukhtar muna muntaha naglaa najat nayef nehal nezha nouf oday qusai raghad rahaf rasha rawan razan ruba rula safaa
samah sameh saud sawsan sayed shadi shahd shaima shatha sherif siham suad suhail suha taghreed tareq thamer tawfiq
turki wafaa walaa widad yaser zeina zuhair ahmadreza alireza arezoo asghar ashkan atefeh azadeh babak bahram behnam
behnaz behzad bijan borzou davood elaheh elnaz esmail fariba farideh farhad fariborz farnaz farshad farzad farzaneh
fereshteh firouzeh forough ghazal giti golnaz hamidreza homa hooman iraj javad kambiz kamyar kaveh kazem khosrow
kianoush kourosh laleh leili mahin mahsa mahshid mahvash maliheh mandana manijeh manouchehr masoud masoumeh mehran
mehrdad minoo mohsen mojgan mojtaba morteza narges nastaran nazanin niloufar nooshin omid parastoo parvin parviz
payam pedram pegah pejman peyman pouya rasoul rojin roshanak rostam sajjad saman sanaz sasan sepideh setareh shahab
shahin shahla shahram shaghayegh sheyda shideh shohreh siamak simin sohrab soheila soroush tahereh taraneh touraj
yalda yasaman zhaleh zohreh zari amnon aner asaf assaf aviad avigdor ayala ayelet bat-el batya carmit dafna dalit
danit dganit dror dvir efrat ehud einat elad elazar erez esti galia galit gidi golan hadas hagar hagit haim harel
herzl hodaya idit ilanit inbal inbar itamar itzik kfir lilach limor liat lihi maayan maor merav moran naama nehama
nirit nissim nitzan nofar nurit ofer ofir ofra ohad ophir oranit orly pinchas pnina revital rinat ronen rotem ruti
sagi sagit sapir sarit shaked shaul shir shiran shimrit shiri shlomit shoshi shuki sigal sigalit sivan smadar tsvi
tzachi vered yafit yaniv yarden yehudit yigal yiftach yinon yochai yossi yuval zahava zehava zeev zohar akihiko
akiko atsuko chiaki chie chieko chiharu chihiro daisuke eiji eiko etsuko fumio goro hajime haruki harumi hideaki
hideko hiroki hiroko hiromi hisako hisashi hitomi ichiro isamu isao izumi jiro junichi junko kaoru kazue kazuhiro
kazumi keiji keiko keisuke kenjiro koichi koji kyoko makiko makoto mami mamoru masahiko masahiro masami masaru
masashi masayuki mayuko mayumi megumi michiko miho miku minako misako mitsuo mitsuko miwa miyako miyuki mizuki
motoko nanako natsuki natsumi nobuko nobuo nobuyuki nobuyoshi noriko norio reiko rieko ritsuko rumiko ryoko ryota
ryuichi ryuji sachiko satoko satoru satoshi sayaka seiichi seiji setsuko shigeko shigeo shigeru shinichi shinji
shinobu shiori shizuka shizuko shoichi shunsuke sumiko susumu suzuko tadashi taeko takahiro takako takao takashi
takayuki takeo takeru takeshi tatsuya teruo tetsuo tetsuya tokiko tomio tomoko toshiaki toshiro tsuneo tsutomu
tsuyoshi umeko yasuko yasuo yasushi yayoi yoshiaki yoshie yoshinori yuichi yuji yuka yukari yukiko yukio yuriko
yusuke yutaka ailing baozhu bingbing changming chaoxiang chunhua chunlei chunmei dandan daming dawei dehua dongmei
fangfang feifei fenfang guangming guohua guoliang guoqiang haiyan haiying hongmei hongwei hongyan huifang huilan
jiahao jiahui jiajun jialing jiaming jianbo jianfeng jianhua jianjun jianmin jianping jianying jiaqi jiawei jiayi
jiefang jing jingjing jinhua junjie junwei kaiming lanying lihua lijuan liling limei linlin liping liqin lixin
liying meifeng meihua meilan meili mingming mingzhu ningning peijun qiang qianqian qiaoling qingqing qiuyue renjie
ruigang ruolan shanshan shaohua shufang shuhui shulan shumin shuping siyu tingting weidong weiguo weihong weimin
weiming weiping weiwei wenjie wenjing wenjun wenling xiaobo xiaodan xiaodong xiaofang xiaofei xiaofeng xiaogang
xiaohong xiaohua xiaohui xiaojing xiaojun xiaoling xiaomei xiaoping xiaoqing xiaotong xiaowei xiaoyan xiaoyu xinyi
xinyu xiuying xueli xuemei yachun yanhong yanling yanping yingying yiming yongmei yongqiang yuanyuan yuehua yufang
yuhan yuhua yulan yuling yumei yuping yuting yuxia zhaohui zhenhua zhigang zhihao zhihong zhihua zhijun zhiming
conchi encarni beto tish itzel claudinei cees mairead dezbah witalij siobhán
zhiqiang zhiwei zhiyong zhonghua zixuan ziyang ziyi antía arantxa brais carmiña celedonio cèlia diógenes emeterio
estanislao eudald ferran fuensanta goretti gumersindo honorio iria jordina leovigildo nemesio oihane olatz orencio
pere plácida práxedes quirze remei uxía xana xulio yurena kaimana kamaka kanoa keahi keala kealoha kiele kulani
lokelani makana tāne hine hinemoa hohepa marama ngaio rangi rongo te-aroha tipene whetu sosefa mele semisi tevita
viliami salote litia mereseini sefanaia tavita tomasi ulai vika alofa fa'afetai fetu ioane lagi leilua masina mataio
siosaia batbayar batsaikhan bolormaa dorj enkhbayar enkhjargal ganbold gantulga munkhbat narantuya nomin oyunbileg
oyuunchimeg sarantuya sarnai tsetseg tuul ulziibat aizada dilshod farrukh gulbahor gulchehra mukhlisa shokhrukh
ulugbek zulfiya anahit arpine artak astghik ashot gagik gayane gevorg grigor hakob hasmik hayk hovhannes lilit
lusine mher mkrtich narek nare ruzan samvel sargis siranush sona suren tatev tigran vahan vahe vardan varduhi vazgen
zaven archil ekaterine elene eteri irakli ketevan khatuna levan mzia nestan nikoloz sofiko sopho tamaz tamta temur
tengiz tinatin vakhtang zaza zurab bisimwa jean-bosco kamariza kayitesi keza mugabo mugisha mukamana munyaneza
mutesi ndayisenga ngabo niyonsaba nsengiyumva nshimiyimana nyirahabimana uwamahoro uwera uwimana uwineza abebe
alemayehu ayele bekele berhane biruk dawit dereje desta ephrem eyerusalem fikadu getachew girma hailu haile hirut
kebede kidist lakech lemlem lulit mahlet mekdes mekonnen meseret meron mulugeta mulu selam selamawit seble selome
senait shewit sisay tadesse tamrat tariku tekle tesfaye tewodros tigist tilahun tirunesh tsegaye tsehay yared yeshi
yohannes yonas zelalem zenebe zerihun`.split(/\s+/)

/** Given names that are words as well: names where something else says so too. */
export const WORD_NAMES: readonly string[] =
  `oscar óscar uwe florence lourdes guy jean marine glória graça gloria pino bia duda chico zé rafa huw moray shona
hemant vishal sonal vandana ram raja anat aviv dor tomer uri nili reut roi roni shalom masato miki ryo jun shun shin
kei nao rie risa rena rumi saki taro toru shoji mai milan dana victor virginia pascual paulino ander asunción
encarnación pilar paz roque segundo natividad presentación purificación maruja macarena trinidad silvestre román
guzmán facundo lázaro lucília márcio nicolau joaquina januário hilário gastão estevão firmino amadeu aguinaldo
benedito ubirajara ubiratã quitéria socorro piedade conceição assunção welington ruan ulisses iara judite máximo
nello nerina nunzia romeo carmelina rosine pierrette suzette dietrich cordula heide immo ingo nikolaus rosi wolf
wolfram traute gerold jagoda marzanna lech jaś bolek baśka jolka balbina sjaak gerben corrie margriet marjolein peet
tjerk bo frode ove per siri thor vidar rakel aki sini taina tero armen hamlet nune mane levan nodar otar lali victor
dan anete dace evelin évi huba basel nader nidal mazen salem jihad hala leen raya akbar azar ramin roya maral mana
camilo blas bautista candelaria aster genet bethlehem innocent desire espérance sade dele baraka nuno oles`.split(/\s+/)

/** Words of every day that people are called by too, so that no list of names has them. */
export const WORDS_FIRST: ReadonlySet<string> = new Set(
  `mark grace hope crystal dawn faith joy amber rose ruby pearl heather holly ivy lily daisy violet jasmine olive iris june rich rob
bob nick jack frank gene sky skye gus jay kit rusty sandy ginger penny bonnie glen brook reed dean earl sonny buddy charity melody
mercy verity constance felicity robin ernst gerd rosa viola blanche claire fleur luc modeste aimé dolores consuelo mercedes pilar
rosario luz paz blanca alba salvador ángel bianca chiara gioia serena stella luce felice clara aurora vitória roos lies róża`.split(
    /\s+/,
  ),
)
