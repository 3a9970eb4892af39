import { type ColumnDef, type ReactTable, type RowData, type RowSelectionState, rowSelectionFeature, tableFeatures, type Updater, useTable } from '@tanstack/react-table';
import type { ReactNode } from 'react';

interface ColumnMeta {
  /** By what the hub sorts; absent: not by this column. */
  sort?: string;
  className?: string;
}

const features = tableFeatures({ rowSelectionFeature, columnMeta: {} as ColumnMeta });

export type Column<Row extends RowData> = ColumnDef<typeof features, Row> & { id: string; header: string };

export interface Selection {
  chosen: RowSelectionState;
  choose: (updater: Updater<RowSelectionState>) => void;
  /** What a row is, for its checkbox: "user ada". */
  nameOf: (id: string) => string;
}

interface DataTableProps<Row extends RowData> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  idOf: (row: Row) => string;
  /** The column that the hub sorted by, with a leading `-` for descending. */
  sort?: string;
  onSort?: (sort: string) => void;
  selection?: Selection;
  empty: ReactNode;
}

const NONE: RowSelectionState = {};

/** A table of what the hub has sorted and cut into pages. On a narrow screen each row becomes a card. */
export function DataTable<Row extends RowData>({ caption, columns, rows, idOf, sort, onSort, selection, empty }: DataTableProps<Row>) {
  const table = useTable<typeof features, Row>({
    features,
    columns,
    data: rows,
    getRowId: idOf,
    state: { rowSelection: selection?.chosen ?? NONE },
    onRowSelectionChange: selection?.choose,
  });
  if (rows.length === 0) return <p className="empty">{empty}</p>;
  return (
    <div className="table-wrap panel">
      <table className="table">
        <caption className="visually-hidden">{caption}</caption>
        <TableHead table={table} picks={selection !== undefined} sort={sort} onSort={onSort} />
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} data-row={row.id}>
              {selection && (
                <td className="pick-col">
                  <PickBox label={`Choose ${selection.nameOf(row.id)}`} checked={row.getIsSelected()} onChange={row.getToggleSelectedHandler()} />
                </td>
              )}
              {row.getAllCells().map((cell) => (
                <td key={cell.id} className={cell.column.columnDef.meta?.className} data-label={(cell.column.columnDef.header as string) || undefined}>
                  <table.FlexRender cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TableHeadProps<Row extends RowData> extends Pick<DataTableProps<Row>, 'sort' | 'onSort'> {
  table: ReactTable<typeof features, Row>;
  picks: boolean;
}

function TableHead<Row extends RowData>({ table, picks, sort, onSort }: TableHeadProps<Row>) {
  return (
    <thead>
      <tr>
        {picks && (
          <th scope="col" className="pick-col">
            <PickBox
              label="Choose all on this page"
              checked={table.getIsAllRowsSelected()}
              some={table.getIsSomeRowsSelected()}
              onChange={table.getToggleAllRowsSelectedHandler()}
            />
          </th>
        )}
        {table.getFlatHeaders().map(({ column }) => (
          <HeaderCell key={column.id} text={column.columnDef.header as string} by={column.columnDef.meta?.sort} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

interface HeaderCellProps extends Pick<DataTableProps<never>, 'sort' | 'onSort'> {
  text: string;
  by: string | undefined;
}

function HeaderCell({ text, by, sort, onSort }: HeaderCellProps) {
  if (!by || !onSort) return <th scope="col">{text || <span className="visually-hidden">Actions</span>}</th>;
  const order = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={order}>
      <button type="button" className="sort-button" onClick={() => onSort(order === 'ascending' ? `-${by}` : by)}>
        {text} <span aria-hidden="true">{{ ascending: '↑', descending: '↓', none: '↕' }[order]}</span>
      </button>
    </th>
  );
}

function PickBox({ label, checked, some = false, onChange }: { label: string; checked: boolean; some?: boolean; onChange: (event: unknown) => void }) {
  const showSome = (box: HTMLInputElement | null) => {
    if (box) box.indeterminate = some && !checked;
  };
  return <input ref={showSome} type="checkbox" className="form-check-input" aria-label={label} checked={checked} onChange={onChange} />;
}
