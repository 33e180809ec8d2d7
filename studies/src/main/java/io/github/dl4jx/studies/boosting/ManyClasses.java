package io.github.dl4jx.studies.boosting;

import java.util.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A generated problem of many classes: each is a few clusters, in random places of all features.
 *
 * <pre>{@code
 * x = (centre_c + A_c g) / 3,  centre_c = 2 N(0, 1), A_c uniform in [-1, 1), g = N(0, 1), for a random cluster c
 * class = c mod 20
 * }</pre>
 */
final class ManyClasses {

  static final int CLASSES = 20;
  static final int FEATURES = 12;
  private static final int CLUSTERS = 3 * CLASSES;
  private static final double SPREAD = 2;
  private static final double SCALE = 3;

  private final Random random;
  private final double[][] centres = new double[CLUSTERS][FEATURES];
  private final double[][][] shapes = new double[CLUSTERS][FEATURES][FEATURES];

  /** A problem; each seed has its own. */
  ManyClasses(long seed) {
    random = new Random(seed);
    for (int c = 0; c < CLUSTERS; c++) {
      for (int j = 0; j < FEATURES; j++) {
        centres[c][j] = SPREAD * random.nextGaussian();
        for (int k = 0; k < FEATURES; k++) {
          shapes[c][j][k] = 2 * random.nextDouble() - 1;
        }
      }
    }
  }

  /** The next rows. */
  DataSet rows(int n) {
    float[][] features = new float[n][FEATURES];
    float[][] labels = new float[n][CLASSES];
    for (int i = 0; i < n; i++) {
      int c = random.nextInt(CLUSTERS);
      labels[i][c % CLASSES] = 1;
      double[] g = new double[FEATURES];
      for (int k = 0; k < FEATURES; k++) {
        g[k] = random.nextGaussian();
      }
      for (int j = 0; j < FEATURES; j++) {
        double x = centres[c][j];
        for (int k = 0; k < FEATURES; k++) {
          x += shapes[c][j][k] * g[k];
        }
        features[i][j] = (float) (x / SCALE);
      }
    }
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }
}
