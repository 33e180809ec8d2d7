package io.github.dl4jx.training.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {

  private static final double[] X = {0, 5, 10};

  @TempDir Path folder;

  private static ChartBuilder ranged() {
    return Chart.titled("some")
        .x(Axis.linear().range(0, 10))
        .y(Axis.linear().range(0, 100))
        .size(500, 400);
  }

  private static Document parsed(Picture picture) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    byte[] svg = picture.svg().getBytes(StandardCharsets.UTF_8);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
  }

  private static List<Element> elements(Picture picture, String name, String cssClass)
      throws Exception {
    NodeList all = parsed(picture).getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element element = (Element) all.item(i);
      if (element.getAttribute("class").equals(cssClass)) {
        elements.add(element);
      }
    }
    return elements;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static List<String> texts(Picture picture) throws Exception {
    NodeList all = parsed(picture).getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      texts.add(all.item(i).getTextContent());
    }
    return texts;
  }

  /**
   * By hand: the left margin is 12 + the width of "100", 3 x 0.62 x 11 = 20.46, + 7 = 39.46, the
   * right one 12; above are 38 pixels, below 20 + 12.
   */
  @Test
  void points_fixedRanges_lieWhereTheyShould() throws Exception {
    Chart chart = ranged().points("a", X, new double[] {0, 25, 100}).build();

    List<Element> circles = elements(chart, "circle", "dx-series-0");

    assertThat(circles).hasSize(3);
    assertThat(number(circles.get(0), "cx")).isCloseTo(39.46, within(0.011));
    assertThat(number(circles.get(0), "cy")).isCloseTo(368, within(0.011));
    assertThat(number(circles.get(1), "cx")).isCloseTo((39.46 + 488) / 2, within(0.011));
    assertThat(number(circles.get(1), "cy")).isCloseTo(368 - 330 / 4.0, within(0.011));
    assertThat(number(circles.get(2), "cx")).isCloseTo(488, within(0.011));
    assertThat(number(circles.get(2), "cy")).isCloseTo(38, within(0.011));
  }

  @Test
  void points_logarithmicAxis_halveADecadeAtItsRoot() throws Exception {
    Chart chart =
        Chart.titled("some")
            .x(Axis.log10("rate").range(0.001, 10))
            .y(Axis.linear().range(0, 100))
            .size(500, 400)
            .points("a", new double[] {0.001, 0.1, 10}, new double[] {1, 2, 3})
            .build();

    List<Element> circles = elements(chart, "circle", "dx-series-0");

    double middle = (number(circles.get(0), "cx") + number(circles.get(2), "cx")) / 2;
    assertThat(number(circles.get(1), "cx")).isCloseTo(middle, within(0.011));
    assertThat(texts(chart)).contains("0.001", "0.01", "0.1", "1", "10", "rate");
  }

  @Test
  void line_nanAndInfinite_areGaps() throws Exception {
    double nan = Double.NaN;
    Chart chart =
        ranged()
            .line(
                "a",
                new double[] {0, 1, 2, 3, 4, 5, 6},
                new double[] {1, 2, nan, 3, Double.POSITIVE_INFINITY, 4, 5})
            .build();

    List<Element> lines = elements(chart, "polyline", "dx-series-0");

    assertThat(lines).hasSize(2); // of two points each; the lonely one is but a circle
    assertThat(elements(chart, "circle", "dx-series-0")).hasSize(5);
    assertThat(chart.svg()).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void band_twoPoints_isAPolygonOfFourCorners() throws Exception {
    Chart chart =
        ranged()
            .band("a", new double[] {0, 10}, new double[] {0, 0}, new double[] {50, 100})
            .build();

    Element band = elements(chart, "polygon", "dx-series-0").get(0);

    assertThat(band.getAttribute("points"))
        .isEqualTo("39.46,368 488,368 488,38 39.46,203"); // 203: half of 330 below 38
  }

  /** Two bars a category, of 0.4 of its width each: 448.54 / 2 categories x 0.4 = 89.708. */
  @Test
  void bars_twoNames_standSideBySideOnZero() throws Exception {
    String[] categories = {"p", "q"};
    Chart chart =
        ranged()
            .bars("a", categories, new double[] {100, 50})
            .bars("b", categories, new double[] {25, Double.NaN})
            .build();

    List<Element> a = elements(chart, "rect", "dx-series-0");
    List<Element> b = elements(chart, "rect", "dx-series-1");

    assertThat(a).hasSize(3); // and one in the legend
    assertThat(b).hasSize(2);
    assertThat(number(a.get(0), "width")).isCloseTo(89.708, within(0.011));
    double bottom = number(a.get(0), "y") + number(a.get(0), "height");
    assertThat(number(a.get(1), "y") + number(a.get(1), "height")).isEqualTo(bottom);
    assertThat(number(a.get(1), "height")).isCloseTo(number(a.get(0), "height") / 2, within(0.011));
    assertThat(number(b.get(0), "x") - number(a.get(0), "x")).isCloseTo(89.708, within(0.021));
  }

  @Test
  void slopes_rows_areConnectedFromTopToBottom() throws Exception {
    Chart chart =
        Chart.titled("some")
            .x(Axis.linear("accuracy %").range(0, 10))
            .slopes(
                "without",
                "with",
                new String[] {"dropout", "noise"},
                new double[] {0, 5},
                new double[] {10, 5})
            .build();

    List<Element> before = elements(chart, "circle", "dx-baseline");
    List<Element> after = elements(chart, "circle", "dx-series-0");
    List<String> texts = texts(chart);

    assertThat(before).hasSize(3);
    assertThat(number(before.get(0), "cy")).isEqualTo(number(after.get(0), "cy"));
    assertThat(number(before.get(0), "cy")).isLessThan(number(before.get(1), "cy"));
    assertThat(number(before.get(0), "cx")).isLessThan(number(before.get(1), "cx"));
    assertThat(number(before.get(1), "cx")).isLessThan(number(after.get(0), "cx"));
    assertThat(texts).contains("dropout", "noise", "without", "with", "accuracy %");
  }

  @Test
  void diagonal_differentRanges_runsWhereBothAxesAre() throws Exception {
    Chart chart =
        Chart.titled("some")
            .x(Axis.linear().range(0, 10))
            .y(Axis.linear().range(0, 20))
            .size(500, 400)
            .points("a", X, X)
            .diagonal()
            .build();

    // "20" is 2 x 0.62 x 11 = 13.64 wide: 12 + 13.64 + 7 = 32.64
    assertThat(chart.svg()).contains("points=\"32.64,368 488,203\"");
  }

  @Test
  void svg_textWithMarkup_isEscaped() throws Exception {
    Chart chart =
        Chart.titled("a < b & \"c\" > 'd'")
            .description("</desc><script>alert(1)</script>")
            .x(Axis.linear("<x>"))
            .line("<&>\u0001", X, X)
            .line("π \uD83D\uDE00", X, X)
            .build();

    assertThat(texts(chart)).contains("a < b & \"c\" > 'd'", "<x>", "<&>?", "π \uD83D\uDE00");
    assertThat(chart.svg()).doesNotContain("<script");
  }

  @Test
  void svg_twice_isTheSame() {
    assertThat(some().svg()).isEqualTo(some().svg());
  }

  @Test
  void svg_forPeopleWhoDoNotSeeIt_hasTitleAndDescription() throws Exception {
    Element svg = parsed(some()).getDocumentElement();

    assertThat(svg.getAttribute("role")).isEqualTo("img");
    assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("some");
    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
        .isEqualTo("epoch, accuracy, a, b");
  }

  @Test
  void svg_colours_areThereForLightAndDarkPages() {
    String svg = some().svg();

    assertThat(svg).contains("@media (prefers-color-scheme:dark){");
    assertThat(svg).contains(".dl4jx-chart .dx-background{color:#ffffff}");
    assertThat(svg).contains(".dl4jx-chart .dx-background{color:#0d1117}");
    assertThat(svg).contains(".dl4jx-chart .dx-series-0{color:#0072b2}");
  }

  /** Ids and rules for elements would meddle with other charts, and with the page. */
  @Test
  void svg_styleAndNames_touchNothingElseInAPage() {
    String svg = some().svg();
    String css = svg.substring(svg.indexOf("<style>") + 7, svg.indexOf("</style>"));

    assertThat(svg).doesNotContain(" id=");
    for (String rule : css.replace("@media (prefers-color-scheme:dark){", "").split("}", -1)) {
      assertThat(rule).matches("|\\.dl4jx-chart.*");
    }
  }

  @Test
  void series_ofOneName_haveOneColourAndOneEntry() throws Exception {
    Chart chart =
        ranged().line("a", X, X).band("a", X, X, X).errors("a", X, X, X).line("b", X, X).build();

    assertThat(texts(chart)).containsOnlyOnce("a").containsOnlyOnce("b");
    assertThat(elements(chart, "polygon", "dx-series-0")).hasSize(1);
    assertThat(elements(chart, "polyline", "dx-series-1")).isNotEmpty();
  }

  @Test
  void legend_oneName_isLeftOut() throws Exception {
    assertThat(texts(ranged().line("alone", X, X).build())).doesNotContain("alone");
  }

  @Test
  void twelveNames_differInColourOrMarker() throws Exception {
    Set<String> looks = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      Marker marker = Marker.of(i);
      SvgCanvas canvas = new SvgCanvas(10, 10, "t", "d");
      marker.draw(canvas, 0, 0);
      looks.add(marker.ink + canvas.end());
    }
    assertThat(looks).hasSize(12);
  }

  @Test
  void writeSvg_file_hasTheSvg() throws IOException {
    Path file = folder.resolve("some.svg");
    some().writeSvg(file);
    assertThat(file).content(StandardCharsets.UTF_8).isEqualTo(some().svg());
    assertThat(folder.toFile().list()).containsExactly("some.svg");
  }

  @Test
  void writePng_file_isAnImageOfSeveralColoursAtTwiceTheSize() throws IOException {
    Path file = folder.resolve("some.png");
    some().writePng(file);

    var image = ImageIO.read(file.toFile());
    int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, 1240);

    assertThat(image.getWidth()).isEqualTo(1240);
    assertThat(image.getHeight()).isEqualTo(800);
    assertThat(Arrays.stream(pixels).filter(p -> p == 0xFF0072B2).count()).isGreaterThan(100);
    assertThat(Files.size(file)).isGreaterThan(1_000);
  }

  @Test
  void grid_threeCharts_fillTwoColumnsAndRows() throws Exception {
    Chart small = Chart.titled("small").size(200, 150).line("a", X, X).build();
    ChartGrid grid = ChartGrid.of("all", 2, List.of(some(), small, small));

    assertThat(grid.width()).isEqualTo(620 + 200);
    assertThat(grid.height()).isEqualTo(400 + 150);
    assertThat(texts(grid)).contains("some", "small");
    assertThat(parsed(grid).getElementsByTagName("style").getLength()).isEqualTo(1);
  }

  private static Chart some() {
    return Chart.titled("some")
        .x(Axis.linear("epoch"))
        .y(Axis.linear("accuracy"))
        .line("a", X, new double[] {1, 2, 3})
        .dashed("b", X, new double[] {2, 2, 2})
        .build();
  }
}
