package io.github.dl4jx.studies.report;

import java.util.ArrayList;
import java.util.List;

/** A table for the console and for a page: the first column holds names, the others numbers. */
public final class Table {

  private static final String GAP = "  ";

  private final List<String> heads;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param heads of the columns, the first one's among them
   */
  public Table(List<String> heads) {
    this.heads = heads;
  }

  /** Adds a row, a cell a column. */
  public void add(List<String> row) {
    rows.add(row);
  }

  /** As text, each line ended. */
  public String text() {
    List<List<String>> lines = new ArrayList<>(rows);
    lines.add(0, heads);
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        String cell = line.get(column);
        String padding = " ".repeat(width(column) - cell.length());
        padded.append(column == 0 ? cell + padding : GAP + padding + cell);
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    int width = heads.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  /** As a table of Markdown. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    line(text, heads);
    text.append("|---".repeat(heads.size())).append("|\n");
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    cells.forEach(
        cell ->
            text.append(cell.isEmpty() ? "|" : "| ").append(cell.replace("|", "\\|")).append(' '));
    text.append("|\n");
  }

  /** As a table of HTML. */
  public String html() {
    StringBuilder html = new StringBuilder("<table><tr>");
    heads.forEach(head -> html.append("<th>").append(Page.escaped(head)).append("</th>"));
    for (List<String> row : rows) {
      html.append("</tr>\n<tr>");
      row.forEach(cell -> html.append("<td>").append(Page.escaped(cell)).append("</td>"));
    }
    return html.append("</tr></table>\n").toString();
  }
}
