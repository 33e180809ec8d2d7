package io.github.dl4jx.studies;

import java.util.List;
import java.util.Locale;

/**
 * One number of the Monte-Carlo dropout study: a line of its CSV.
 *
 * @param data label of the data
 * @param seed seed of the training
 * @param images what is predicted
 * @param prediction how: {@link #WEIGHT_SCALING} or {@link #MONTE_CARLO}
 * @param samples number of masks that the prediction averages; 1 for weight scaling
 * @param masks seed of the masks; 0 for weight scaling
 * @param measure what is measured
 * @param value the number
 */
record Measurement(
    String data,
    long seed,
    String images,
    String prediction,
    int samples,
    long masks,
    String measure,
    double value) {

  /** The usual prediction: one pass without dropout. */
  static final String WEIGHT_SCALING = "weight scaling";

  /** The mean over masks. */
  static final String MONTE_CARLO = "Monte-Carlo";

  static final CurveLog.Form<Measurement> FORM =
      new CurveLog.Form<>(
          List.of("data", "seed", "images", "prediction", "samples", "masks", "measure", "value"),
          Measurement::values,
          Measurement::parse);

  private List<String> values() {
    return List.of(
        data,
        Long.toString(seed),
        images,
        prediction,
        Integer.toString(samples),
        Long.toString(masks),
        measure,
        String.format(Locale.ROOT, "%.6f", value));
  }

  private static Measurement parse(List<String> values) {
    return new Measurement(
        values.get(0),
        Long.parseLong(values.get(1)),
        values.get(2),
        values.get(3),
        Integer.parseInt(values.get(4)),
        Long.parseLong(values.get(5)),
        values.get(6),
        Double.parseDouble(values.get(7)));
  }
}
