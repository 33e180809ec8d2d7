package io.github.dl4jx.studies.report;

import java.awt.Color;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What the studies' charts look like. */
public final class Charts {

  /** Told apart with every kind of colour vision (Okabe, Ito); the first one, for a baseline. */
  private static final Color[] COLOURS = {
    new Color(0x8C8C8C),
    new Color(0x0072B2),
    new Color(0xE69F00),
    new Color(0x009E73),
    new Color(0xCC3311),
    new Color(0xCC79A7)
  };

  private static final Marker[] MARKERS = {
    SeriesMarkers.CROSS,
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN
  };

  private static final int WIDTH = 620;
  private static final int HEIGHT = 400;
  private static final float LEGEND_SIZE = 11;
  private static final int LEGEND_LINE = 21;

  private Charts() {}

  /** A chart of curves, with its legend beneath. */
  public static XYChart curves(String title, String xAxis) {
    return curves(title, xAxis, WIDTH);
  }

  /** The same in another width. */
  public static XYChart curves(String title, String xAxis, int width) {
    return chart(title, xAxis, width, HEIGHT);
  }

  /** The same with the names of so many curves one beneath the other. */
  public static XYChart manyCurves(String title, String xAxis, int curves) {
    XYChart chart = chart(title, xAxis, WIDTH, HEIGHT + curves * LEGEND_LINE);
    chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    return chart;
  }

  private static XYChart chart(String title, String xAxis, int width, int height) {
    XYChart chart =
        new XYChartBuilder().width(width).height(height).title(title).xAxisTitle(xAxis).build();
    style(chart.getStyler());
    return chart;
  }

  /** On white, with the legend beneath. */
  public static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendFont(styler.getLegendFont().deriveFont(LEGEND_SIZE));
    styler.setLegendBorderColor(Color.WHITE);
  }

  /** The colour of a chart's curve by its number. */
  public static Color colour(int number) {
    return COLOURS[number % COLOURS.length];
  }

  /** Gives a curve the colour and the marker of its number; 0 is grey, from 6 on it is dashed. */
  public static void paint(XYSeries curve, int number) {
    curve.setLineColor(colour(number));
    curve.setMarkerColor(colour(number));
    curve.setMarker(MARKERS[number % MARKERS.length]);
    if (number >= COLOURS.length) {
      curve.setLineStyle(SeriesLines.DASH_DASH);
    }
  }
}
