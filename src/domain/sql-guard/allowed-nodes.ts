/**
 * How a field is looked at. `plain`: a number, a word or a name that changes nothing the guard decides. `nodes`: a node or a list of
 * nodes. `names`: strings that are looked at by the node's own check. Another name: the fields of that node, without its name.
 */
export type FieldKind = 'plain' | 'nodes' | 'names' | `=${string}`

const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'plain' as FieldKind]))
const nodes = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'nodes' as FieldKind]))
const names = (...all: string[]) => Object.fromEntries(all.map((name) => [name, 'names' as FieldKind]))
const AT = plain('location')

/**
 * The nodes of PostgreSQL's parse tree that a statement may be made of, with every field that each may have. What is not here is
 * refused, a field like a node: a statement of a later PostgreSQL has to be put here before it passes.
 */
export const ALLOWED_NODES: Readonly<Record<string, Readonly<Record<string, FieldKind>>>> = {
  SelectStmt: {
    ...nodes(
      'distinctClause',
      'targetList',
      'fromClause',
      'whereClause',
      'groupClause',
      'havingClause',
      'windowClause',
    ),
    ...nodes('valuesLists', 'sortClause', 'limitOffset', 'limitCount'),
    ...plain('groupDistinct', 'limitOption', 'op', 'all'),
    withClause: '=WithClause',
    larg: '=SelectStmt',
    rarg: '=SelectStmt',
  },
  WithClause: { ...nodes('ctes'), ...plain('recursive'), ...AT },
  CommonTableExpr: {
    ...plain('ctename', 'ctematerialized'),
    ...nodes('aliascolnames', 'ctequery'),
    search_clause: '=CTESearchClause',
    cycle_clause: '=CTECycleClause',
    ...AT,
  },
  CTESearchClause: { ...nodes('search_col_list'), ...plain('search_breadth_first', 'search_seq_column'), ...AT },
  CTECycleClause: {
    ...nodes('cycle_col_list', 'cycle_mark_value', 'cycle_mark_default'),
    ...plain('cycle_mark_column', 'cycle_path_column'),
    ...AT,
  },
  ResTarget: { ...plain('name'), ...nodes('val'), ...AT },
  RangeVar: {
    ...names('catalogname', 'schemaname', 'relname'),
    ...plain('inh', 'relpersistence'),
    alias: '=Alias',
    ...AT,
  },
  RangeSubselect: { ...plain('lateral'), ...nodes('subquery'), alias: '=Alias' },
  RangeFunction: {
    ...plain('lateral', 'ordinality', 'is_rowsfrom'),
    ...nodes('functions', 'coldeflist'),
    alias: '=Alias',
  },
  ColumnDef: { ...plain('colname', 'is_local'), typeName: '=TypeName', ...AT },
  Alias: { ...plain('aliasname'), ...nodes('colnames') },
  JoinExpr: {
    ...plain('jointype', 'isNatural'),
    ...nodes('larg', 'rarg', 'usingClause', 'quals'),
    join_using_alias: '=Alias',
    alias: '=Alias',
  },
  ColumnRef: { ...nodes('fields'), ...AT },
  A_Const: { ...plain('ival', 'fval', 'boolval', 'sval', 'bsval', 'isnull'), ...AT },
  A_Expr: {
    ...plain('kind', 'rexpr_list_start', 'rexpr_list_end'),
    ...names('name'),
    ...nodes('lexpr', 'rexpr'),
    ...AT,
  },
  A_ArrayExpr: { ...nodes('elements'), ...plain('list_start', 'list_end'), ...AT },
  A_Indirection: nodes('arg', 'indirection'),
  A_Indices: { ...plain('is_slice'), ...nodes('lidx', 'uidx') },
  A_Star: {},
  BoolExpr: { ...plain('boolop'), ...nodes('args'), ...AT },
  NullTest: { ...plain('nulltesttype', 'argisrow'), ...nodes('arg'), ...AT },
  BooleanTest: { ...plain('booltesttype'), ...nodes('arg'), ...AT },
  CaseExpr: { ...nodes('arg', 'args', 'defresult'), ...AT },
  CaseWhen: { ...nodes('expr', 'result'), ...AT },
  CoalesceExpr: { ...nodes('args'), ...AT },
  MinMaxExpr: { ...plain('op'), ...nodes('args'), ...AT },
  RowExpr: { ...plain('row_format'), ...nodes('args', 'colnames'), ...AT },
  SubLink: { ...plain('subLinkType'), ...names('operName'), ...nodes('testexpr', 'subselect'), ...AT },
  FuncCall: {
    ...names('funcname'),
    ...nodes('args', 'agg_order', 'agg_filter'),
    ...plain('agg_within_group', 'agg_star', 'agg_distinct', 'func_variadic', 'funcformat'),
    over: '=WindowDef',
    ...AT,
  },
  NamedArgExpr: { ...plain('name', 'argnumber'), ...nodes('arg'), ...AT },
  TypeCast: { ...nodes('arg'), typeName: '=TypeName', ...AT },
  TypeName: { ...names('names'), ...plain('typemod'), ...nodes('typmods', 'arrayBounds'), ...AT },
  CollateClause: { ...names('collname'), ...nodes('arg'), ...AT },
  SortBy: { ...plain('sortby_dir', 'sortby_nulls'), ...names('useOp'), ...nodes('node'), ...AT },
  WindowDef: {
    ...plain('name', 'refname', 'frameOptions'),
    ...nodes('partitionClause', 'orderClause', 'startOffset', 'endOffset'),
    ...AT,
  },
  GroupingSet: { ...plain('kind'), ...nodes('content'), ...AT },
  GroupingFunc: { ...nodes('args'), ...AT },
  SQLValueFunction: { ...names('op'), ...plain('typmod'), ...AT },
  JsonIsPredicate: { ...nodes('expr'), ...plain('format', 'item_type', 'unique_keys'), ...AT },
  List: nodes('items'),
  String: plain('sval'),
  Integer: plain('ival'),
}

/** What somebody meant who wrote a node that is not allowed, and what to do instead. */
export const REFUSED_NODES: Readonly<Record<string, string>> = {
  RangeTableSample: 'TABLESAMPLE is not allowed: read the view as it is.',
  RangeTableFunc: 'XMLTABLE is not allowed.',
  JsonTable: 'JSON_TABLE is not allowed: use jsonb_to_recordset or jsonb_array_elements.',
  XmlExpr: 'XML expressions are not allowed.',
  XmlSerialize: 'XML expressions are not allowed.',
  ParamRef: 'Parameters such as $1 are not allowed: write the value as a literal.',
  SetToDefault: 'DEFAULT is not allowed.',
  CurrentOfExpr: 'WHERE CURRENT OF is not allowed.',
  MultiAssignRef: 'Assignments are not allowed.',
  JsonFuncExpr: 'SQL/JSON functions are not allowed: use the operators -> and ->> or jsonb_path_query.',
}
