package io.github.dl4jx.studies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

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
}
