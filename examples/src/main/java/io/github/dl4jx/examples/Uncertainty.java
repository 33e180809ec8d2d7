package io.github.dl4jx.examples;

import io.github.dl4jx.ensembles.uncertainty.ClassificationScores;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.ensembles.uncertainty.ReliabilityDiagram;
import io.github.dl4jx.ensembles.uncertainty.RiskCoverage;
import io.github.dl4jx.ensembles.uncertainty.TemperatureScaling;
import io.github.dl4jx.ensembles.uncertainty.UncertainPrediction;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.chart.Axis;
import io.github.dl4jx.training.chart.Chart;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.SplitTestAndTrain;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * How sure is a network? Monte-Carlo dropout says which digits it does not know; temperature
 * scaling makes its probabilities mean what they say.
 */
public final class Uncertainty {

  private Uncertainty() {}

  /**
   * Trains, and writes a picture of the digits that the network is least sure of.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read or the picture cannot be written
   */
  public static void main(String[] args) throws IOException {
    File folder = new File("target/uncertainty");
    Result result = run(5_000, 40, 50, folder);
    System.out.printf("%.2f %% of the test digits are wrong;%n", 100 * result.error);
    System.out.printf(
        "of the half that it is surer of, by Monte-Carlo dropout, %.2f %%%n",
        100 * result.errorOfTheSurerHalf);
    System.out.printf(
        "calibration error (ECE): %.4f, after temperature scaling %.4f%n",
        result.calibration, result.scaledCalibration);
    System.out.println("The digits that it is least sure of: " + result.picture);
    System.out.println("Reliability diagram: " + result.diagram);
  }

  static Result run(int examples, int epochs, int samples, File folder) throws IOException {
    DataSet test = new MnistDataSetIterator(10_000, 10_000, false, false, false, 1).next();
    SplitTestAndTrain split = test.splitTestAndTrain(5_000);
    DataSet kept = split.getTrain(); // for the temperature
    test = split.getTest();

    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Adam(1e-3))
            .list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(256).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder()
                    .nIn(256)
                    .nOut(10)
                    .activation(Activation.SOFTMAX)
                    .dropOut(new InvertedDropout(0.5))
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    net.fit(new MnistDataSetIterator(100, examples, false, true, true, 1), epochs);

    UncertainPrediction prediction =
        MonteCarloDropout.of(net).samples(samples).seed(1).build().predict(test.getFeatures());
    INDArray unsure = prediction.predictiveEntropy();
    INDArray right = Nd4j.argMax(prediction.mean(), 1).eq(Nd4j.argMax(test.getLabels(), 1));
    int n = test.numExamples();
    double[] sureness = IntStream.range(0, n).mapToDouble(i -> -unsure.getDouble(i)).toArray();
    boolean[] isRight = new boolean[n];
    for (int i = 0; i < n; i++) {
      isRight[i] = right.getInt(i) == 1;
    }
    RiskCoverage curve = RiskCoverage.of(sureness, isRight);

    INDArray probabilities = net.output(test.getFeatures());
    TemperatureScaling scaling =
        TemperatureScaling.fit(kept.getLabels(), net.output(kept.getFeatures()));
    INDArray scaled = scaling.apply(probabilities);

    Result result = new Result();
    result.error = curve.risk(1);
    result.errorOfTheSurerHalf = curve.risk(0.5);
    result.calibration = ClassificationScores.of(test.getLabels(), probabilities).ece();
    result.scaledCalibration = ClassificationScores.of(test.getLabels(), scaled).ece();
    Files.createDirectories(folder.toPath());
    int[] leastSure =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Double.compare(sureness[a], sureness[b]))
            .limit(40)
            .mapToInt(Integer::intValue)
            .toArray();
    result.picture = new File(folder, "least-sure.png").getAbsoluteFile();
    draw(test, prediction.mean(), leastSure, result.picture);
    result.diagram = new File(folder, "reliability.svg").getAbsoluteFile();
    Chart.titled("Reliability")
        .x(Axis.linear("confidence").range(0, 1))
        .y(Axis.linear("accuracy").range(0, 1))
        .diagonal()
        .line("network", bins(test, probabilities, true), bins(test, probabilities, false))
        .line("after temperature scaling", bins(test, scaled, true), bins(test, scaled, false))
        .build()
        .writeSvg(result.diagram.toPath());
    return result;
  }

  private static double[] bins(DataSet test, INDArray probabilities, boolean confidences) {
    return ReliabilityDiagram.equalWidth(test.getLabels(), probabilities, 10).bins().stream()
        .filter(bin -> bin.count() > 0)
        .mapToDouble(bin -> confidences ? bin.confidence() : bin.accuracy())
        .toArray();
  }

  /** Ten in a row, four times as large; below each what the network says, and what is right. */
  private static void draw(DataSet digits, INDArray means, int[] which, File file)
      throws IOException {
    int cell = 130;
    int columns = 10;
    int rows = (which.length + columns - 1) / columns;
    BufferedImage image =
        new BufferedImage(columns * cell, rows * (cell + 20), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int k = 0; k < which.length; k++) {
      int left = k % columns * cell + 9;
      int top = k / columns * (cell + 20) + 9;
      for (int pixel = 0; pixel < 784; pixel++) {
        int shade = 255 - (int) (255 * digits.getFeatures().getDouble(which[k], pixel));
        g.setColor(new Color(shade, shade, shade));
        g.fillRect(left + pixel % 28 * 4, top + pixel / 28 * 4, 4, 4);
      }
      INDArray mean = means.getRow(which[k]);
      int answer = mean.argMax().getInt(0);
      int truth = digits.getLabels().getRow(which[k]).argMax().getInt(0);
      g.setColor(answer == truth ? Color.BLACK : new Color(0xb0, 0x20, 0x20));
      String text =
          String.format("%d? %.0f %%; is %d", answer, 100 * mean.getDouble(answer), truth);
      g.drawString(text, left, top + 112 + 15);
    }
    g.dispose();
    ImageIO.write(image, "png", file);
  }

  /** Shares of wrong answers, and how far confidence is from accuracy. */
  static final class Result {
    double error;
    double errorOfTheSurerHalf;
    double calibration;
    double scaledCalibration;
    File picture = new File("");
    File diagram = new File("");
  }
}
