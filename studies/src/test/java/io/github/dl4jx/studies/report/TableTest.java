package io.github.dl4jx.studies.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {

  @TempDir Path folder;

  private static Table table() {
    Table table = new Table(List.of("", "error %", "NLL"));
    table.add(List.of("weight scaling", "1.50", "0.0500"));
    table.add(List.of("1 mask", "2.50 ± 0.25", ""));
    return table;
  }

  @Test
  void text_numbers_alignsThemToTheRight() {
    assertThat(table().text())
        .isEqualTo(
            """
                                error %     NLL
            weight scaling         1.50  0.0500
            1 mask          2.50 ± 0.25
            """);
  }

  @Test
  void html_numbers_makesACellOfEach() {
    assertThat(table().html())
        .isEqualTo(
            """
            <table><tr><th></th><th>error %</th><th>NLL</th></tr>
            <tr><td>weight scaling</td><td>1.50</td><td>0.0500</td></tr>
            <tr><td>1 mask</td><td>2.50 ± 0.25</td><td></td></tr></table>
            """);
  }

  @Test
  void html_cellThatLooksLikeHtml_isText() {
    Table table = new Table(List.of("a < b", "c"));
    table.add(List.of("<b>&\"", "1|2"));
    assertThat(table.html()).contains("<th>a &lt; b</th>", "<td>&lt;b&gt;&amp;&quot;</td>");
    assertThat(table.markdown()).contains("| 1\\|2 ");
  }

  @Test
  void page_textThatLooksLikeHtml_isText() throws IOException {
    Path file = folder.resolve("page.html");
    new Page("<script>", 10).heading("a&b").text("\"<i>\"").write(file);
    assertThat(file)
        .content()
        .contains("<title>&lt;script&gt;</title>", "<h1>&lt;script&gt;</h1>", "<h2>a&amp;b</h2>")
        .contains("<p>&quot;&lt;i&gt;&quot;</p>");
  }
}
