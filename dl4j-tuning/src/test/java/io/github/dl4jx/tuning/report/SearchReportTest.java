package io.github.dl4jx.tuning.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dl4jx.tuning.sample.RandomSearch;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.Point;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.History;
import io.github.dl4jx.tuning.trial.Trial;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class SearchReportTest {

  private static final String EVIL = "<script>alert(\"1\")</script>&'\u0001";

  @TempDir File folder;

  private final SearchSpace space = new SearchSpace();
  private final Parameter<Double> rate = space.logUniform("rate" + EVIL, 1e-4, 1);
  private final Parameter<String> updater = space.choice("updater", "adam", EVIL);
  private final Parameter<Integer> hidden = space.logInt("hidden", 16, 512);

  SearchReportTest() {
    space.uniform("momentum", 0.5, 0.99).when(updater, EVIL);
  }

  /** As from Hyperband: some go on to 3 and 9 epochs, some fail, one runs. */
  private History history(boolean minimize, int trials) {
    List<Trial> list = new ArrayList<>();
    History none = new History(space, minimize, list);
    for (int i = 0; i < trials; i++) {
      Point point = new RandomSearch().suggest(none, i, 3).orElseThrow();
      double quality = Math.abs(Math.log10(point.get(rate)) + 2) + point.get(hidden) / 1000.0;
      double sign = minimize ? 1 : -1;
      Trial trial = Trial.begin(i, point);
      if (i % 10 == 9) {
        list.add(trial.failed("out of memory " + EVIL + "\n at line 2"));
        continue;
      } else if (i == trials - 1) {
        list.add(trial);
        continue;
      }
      trial = trial.scored(1, sign * (i == 3 ? 1e9 : quality + 1));
      if (quality < 1.2) {
        trial = trial.scored(3, sign * (quality + 0.4));
      }
      if (quality < 0.6) {
        trial = trial.scored(9, sign * quality);
      }
      boolean all = trial.epochs() == 9;
      list.add(trial.in(all ? Trial.State.FINISHED : Trial.State.STOPPED));
    }
    return new History(space, minimize, list);
  }

  private static Document parsed(String html) throws Exception {
    // a page of ours is XML but for its head: no element without an end
    String body = html.substring(html.indexOf("<body>"), html.indexOf("</html>"));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(body)));
  }

  private static List<List<String>> rows(Document page, int table) {
    NodeList rows =
        ((org.w3c.dom.Element) page.getElementsByTagName("tbody").item(table))
            .getElementsByTagName("tr");
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < rows.getLength(); i++) {
      List<String> row = new ArrayList<>();
      NodeList cells = ((org.w3c.dom.Element) rows.item(i)).getElementsByTagName("td");
      for (int j = 0; j < cells.getLength(); j++) {
        row.add(cells.item(j).getTextContent());
      }
      texts.add(row);
    }
    return texts;
  }

  @Test
  void page_hasAllParts_escaped_andNothingFromElsewhere() throws Exception {
    History history = history(true, 60);
    int best = history.top(1).get(0).number();
    String html =
        SearchReport.of(history)
            .title("Search " + EVIL)
            .scoreName("loss " + EVIL)
            .confirmed(best, 0.25, 0.75)
            .build()
            .html();
    assertThat(html)
        .contains("Course", "Learning curves", "Parameters", "Importance", "Failures")
        .contains("prefers-color-scheme")
        .doesNotContain("<script", "\u0001", "src=", "url(", "@import")
        .doesNotContainPattern("<[^>]* on[a-z]+=")
        .doesNotContainPattern("href=(?!\"#)");
    Matcher address = Pattern.compile("https?://[^\" ]*").matcher(html);
    while (address.find()) {
      assertThat(address.group()).isEqualTo("http://www.w3.org/2000/svg"); // a name, not loaded
    }
    Document page = parsed(html);
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent())
        .isEqualTo("Search <script>alert(\"1\")</script>&'?");
    assertThat(page.getElementsByTagName("p").item(0).getTextContent())
        .startsWith("60 trials (")
        .contains("6 failed");
  }

  @Test
  void table_hasTheBest_withConfirmedScoresBesideTheirs() throws Exception {
    History history = history(true, 60);
    Trial best = history.top(1).get(0);
    Trial later = history.top(8).get(7);
    Document page =
        parsed(
            SearchReport.of(history)
                .top(5)
                .confirmed(best.number(), 0.25, 0.75)
                .confirmed(later.number(), 2)
                .build()
                .html());
    List<List<String>> rows = rows(page, 0);
    assertThat(rows).hasSize(6);
    assertThat(rows.get(0).subList(0, 4))
        .containsExactly("1", Integer.toString(best.number()), "finished", "9");
    assertThat(Double.parseDouble(rows.get(0).get(4)))
        .isCloseTo(best.score().orElseThrow(), org.assertj.core.data.Offset.offset(1e-4));
    // the mean of 0.25 and 0.75; their deviation is sqrt(2 * 0.25^2 / 1)
    assertThat(rows.get(0).get(5)).isEqualTo("0.5 ± 0.35355 (2)");
    assertThat(rows.get(1).get(5)).isEmpty();
    assertThat(rows.get(5).subList(0, 2)).containsExactly("8", Integer.toString(later.number()));
    assertThat(rows.get(5).get(5)).isEqualTo("2 (1)");
    List<List<String>> failures = rows(page, 1);
    assertThat(failures).hasSize(6);
    assertThat(failures.get(0).get(2))
        .endsWith("out of memory " + EVIL.replace('\u0001', '?') + "\n at line 2");
  }

  @Test
  void higherScores_areBetter_ifTheSearchSaysSo() throws Exception {
    History history = history(false, 60);
    String html = SearchReport.of(history).build().html();
    assertThat(html).contains("higher is better", "1 score worse than");
    assertThat(rows(parsed(html), 0).get(0).get(1))
        .isEqualTo(Integer.toString(history.top(1).get(0).number()));
  }

  @Test
  void searchesWithLittle_haveAPage() throws Exception {
    for (int trials : new int[] {0, 1, 2, 3, 10}) {
      parsed(SearchReport.of(history(true, trials)).build().html());
    }
    SearchSpace small = new SearchSpace();
    small.integer("one", 1, 1);
    Trial only = Trial.begin(0, small.at(1)).scored(5, 0).in(Trial.State.FINISHED);
    parsed(SearchReport.of(new History(small, true, List.of(only))).build().html());
    Trial failed = Trial.begin(0, small.at(1)).scored(5, Double.NaN);
    assertThat(SearchReport.of(new History(small, true, List.of(failed))).build().html())
        .contains("score NaN")
        .doesNotContain("Course");
  }

  @Test
  void course_isInTheOrderOfTheScores() {
    SearchSpace one = new SearchSpace();
    one.uniform("x", 0, 1);
    Trial a = Trial.begin(0, one.at(0.25)).scored(1, 5).scored(9, 1).in(Trial.State.FINISHED);
    Trial b = Trial.begin(1, one.at(0.75)).scored(1, 3).in(Trial.State.STOPPED);
    History history = new History(one, true, List.of(a, b));
    String byNumber = SearchReport.of(history).build().html();
    String told = SearchReport.of(history).scored(0, 1).scored(1, 1).build().html();
    String inOrder = SearchReport.of(history).scored(0, 1).scored(0, 9).scored(1, 1).build().html();
    assertThat(told).isNotEqualTo(byNumber);
    assertThat(inOrder).isEqualTo(byNumber);
  }

  @Test
  void file_hasThePage() throws IOException {
    SearchReport report = SearchReport.of(history(true, 20)).build();
    File file = new File(folder, "report.html");
    report.write(file);
    assertThat(Files.readString(file.toPath())).isEqualTo(report.html());
    assertThat(folder.list()).containsExactly("report.html");
  }

  @Test
  void values_areShort() {
    assertThat(List.of(0.1, 1e-7, 123456.789, 1.0, 12345678.0, -0.00012345678, 0.0))
        .extracting(Html::value)
        .containsExactly("0.1", "1e-7", "123460", "1", "1.2346e7", "-0.00012346", "0");
    assertThat(Html.value(Double.NaN)).isEqualTo("NaN");
    assertThat(Html.value(7)).isEqualTo("7");
  }

  @Test
  void badArguments_areRefused() {
    SearchReport.Builder report = SearchReport.of(history(true, 20));
    assertThatThrownBy(() -> SearchReport.of(null)).hasMessage("history must not be null");
    assertThatThrownBy(() -> report.title(" "))
        .hasMessage("title must have 1 to 100 characters, got \" \"");
    assertThatThrownBy(() -> report.scoreName("x".repeat(101)))
        .hasMessage("scoreName must have 1 to 100 characters, got 101");
    assertThatThrownBy(() -> report.top(0)).hasMessage("top must be >= 1, got 0");
    assertThatThrownBy(() -> report.confirmed(20, 1))
        .hasMessage("trial must be one of the history, got 20");
    assertThatThrownBy(() -> report.confirmed(0)).hasMessage("scores must be at least 1, got none");
    assertThatThrownBy(() -> report.scored(0, 2))
        .hasMessageStartingWith("epochs must be one of [1");
  }
}
