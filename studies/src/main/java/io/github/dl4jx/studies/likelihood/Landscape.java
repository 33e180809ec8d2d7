package io.github.dl4jx.studies.likelihood;

/**
 * A rugged likelihood {@code p(x) = exp(-U(x)) / Z}: a wide bowl with coarse and fine waves.
 *
 * <pre>{@code
 * 1-D:  U(x)    = x^2 / 8 + cos(2 x) + cos(8 x) / 2
 * 2-D:  U(x, y) = (x^2 + y^2) / 8 + cos(2 x) cos(2 y) + cos(5 x) cos(5 y)
 * }</pre>
 *
 * <p>At temperature T it is {@code p(x)^(1/T)}, normalized. Samples are counted in bins from -12 to
 * 12 in each direction; what lies further out belongs to the outermost bins.
 */
enum Landscape {
  ONE("1-D", 1, 8, 0.5, 0.1),
  TWO("2-D", 2, 5, 1, 0.2);

  private static final double END = 12;
  private static final double BOWL = 0.25;
  private static final double COARSE = 2;

  /** Points of the midpoint rule in a bin and direction. */
  private static final int FINENESS = 8;

  final String label;
  final int dimensions;
  final double width;
  private final double fine;
  private final double amplitude;

  Landscape(String label, int dimensions, double fine, double amplitude, double width) {
    this.label = label;
    this.dimensions = dimensions;
    this.fine = fine;
    this.amplitude = amplitude;
    this.width = width;
  }

  private static double waves(double frequency, double[] x) {
    double product = 1;
    for (double xi : x) {
      product *= Math.cos(frequency * xi);
    }
    return product;
  }

  /** The energy U. */
  double energy(double... x) {
    double bowl = 0;
    for (double xi : x) {
      bowl += BOWL * xi * xi / 2;
    }
    return bowl + waves(COARSE, x) + amplitude * waves(fine, x);
  }

  /** The fine waves alone, in [-1, 1]: their mean tells whether samples follow them. */
  double detail(double... x) {
    return waves(fine, x);
  }

  /** The gradient of U for many places at once: all first coordinates, then all second ones. */
  double[] gradient(double[] places) {
    int n = places.length / dimensions;
    double[] gradient = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      double other = dimensions == 1 ? 0 : places[(i + n) % places.length];
      gradient[i] =
          BOWL * places[i]
              - COARSE * Math.sin(COARSE * places[i]) * Math.cos(COARSE * other)
              - amplitude * fine * Math.sin(fine * places[i]) * Math.cos(fine * other);
    }
    return gradient;
  }

  private int binsAcross() {
    return (int) Math.round(2 * END / width);
  }

  int bins() {
    return dimensions == 1 ? binsAcross() : binsAcross() * binsAcross();
  }

  /** The bin of a place; the second coordinate counts fastest. */
  int bin(double... x) {
    int bin = 0;
    for (double xi : x) {
      bin = bin * binsAcross() + across(xi);
    }
    return bin;
  }

  /** The bin of a place in one dimension. */
  int across(double x) {
    int across = (int) Math.floor((x + END) / width);
    return Math.max(0, Math.min(binsAcross() - 1, across));
  }

  /** The middle of a bin in one dimension. */
  double middle(int bin) {
    return -END + (bin + 0.5) * width;
  }

  /** What samples are compared with. */
  static final class Target {

    private final double[] bins;

    /** Mean of the fine waves. */
    final double detail;

    Target(double[] bins, double detail) {
      this.bins = bins.clone();
      this.detail = detail;
    }

    /** Probability of each bin. */
    double[] bins() {
      return bins.clone();
    }

    /** Half of the sum of differences to frequencies: 0 if equal, 1 if nowhere together. */
    double distance(double[] frequencies) {
      double sum = 0;
      for (int i = 0; i < bins.length; i++) {
        sum += Math.abs(bins[i] - frequencies[i]);
      }
      return sum / 2;
    }
  }

  /** The target at a temperature, by the midpoint rule. */
  Target target(double temperature) {
    double[] bins = new double[bins()];
    double sum = 0;
    double detail = 0;
    int points = binsAcross() * FINENESS;
    double[] x = new double[dimensions];
    for (int i = 0; i < points; i++) {
      x[0] = -END + (i + 0.5) * width / FINENESS;
      for (int j = 0; j < (dimensions == 1 ? 1 : points); j++) {
        if (dimensions == 2) {
          x[1] = -END + (j + 0.5) * width / FINENESS;
        }
        double p = Math.exp(-energy(x) / temperature);
        bins[bin(x)] += p;
        sum += p;
        detail += p * detail(x);
      }
    }
    for (int i = 0; i < bins.length; i++) {
      bins[i] /= sum;
    }
    return new Target(bins, detail / sum);
  }

  /**
   * The density over x; in two dimensions that of (x, y) for y in the two bins around 0, a cut.
   *
   * @param probabilities of the bins
   */
  double[] density(double[] probabilities) {
    int across = binsAcross();
    double[] density = new double[across];
    for (int i = 0; i < across; i++) {
      density[i] =
          dimensions == 1
              ? probabilities[i] / width
              : (probabilities[i * across + across / 2 - 1]
                      + probabilities[i * across + across / 2])
                  / (2 * width * width);
    }
    return density;
  }
}
