package io.github.dl4jx.arguments;

import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import io.github.dl4jx.training.chart.ChartBuilder;
import io.github.dl4jx.training.chart.ChartGrid;
import java.util.List;

/** Good values and objects of charts. */
final class ChartTables {

  private ChartTables() {}

  static void add(Good good) {
    good.instance("Axis", world -> Axis.linear("x"))
        .value("Axis", world -> Axis.linear("x"))
        .value("Axis#range:min", world -> 0.0)
        .instance("ChartBuilder", world -> points())
        .instance("ChartBuilder#bars(String, String[], double[])", world -> empty())
        .instance("ChartBuilder#bars(String, String[], double[], double[])", world -> empty())
        .instance("ChartBuilder#horizontalBars(String, String[], double[])", world -> empty())
        .instance("ChartBuilder#dots(String, String[], double[], double[])", world -> empty())
        .instance(
            "ChartBuilder#slopes(String, String, String[], double[], double[])", world -> empty())
        .value("ChartBuilder#baseline:name", world -> "a")
        .value("ChartBuilder:width", world -> 200)
        .value("ChartBuilder:height", world -> 200)
        .value("ChartBuilder:categories", world -> new String[] {"a", "b"})
        .instance("Picture", world -> points().build())
        .instance("Chart", world -> points().build())
        .instance("ChartGrid", world -> ChartGrid.of("all", 1, List.of(points().build())))
        .value("ChartGrid#of:charts", world -> List.of(points().build()));
  }

  private static ChartBuilder empty() {
    return Chart.titled("empty");
  }

  private static ChartBuilder points() {
    return Chart.titled("some").points("a", new double[] {1, 2}, new double[] {3, 4});
  }
}
