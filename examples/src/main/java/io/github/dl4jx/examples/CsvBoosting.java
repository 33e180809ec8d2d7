package io.github.dl4jx.examples;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.boosting.GradientBoosting;
import io.github.dl4jx.training.resume.ResumableIterator;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Random;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.split.FileSplit;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Regression on a CSV file: gradient boosting, where each small network learns what the ones before
 * it left, and a round more is trained until that does not help on rows that were kept back.
 *
 * <p>The table is Friedman's, of which 5 of 10 columns matter; its noise has standard deviation 1,
 * below which no root mean squared error can be.
 */
public final class CsvBoosting {

  private CsvBoosting() {}

  /**
   * Compares one small network with as many as help.
   *
   * @param args none
   * @throws Exception if the CSV files cannot be written or read
   */
  public static void main(String[] args) throws Exception {
    Result result = run(500, 20, 40);
    System.out.printf("one network, trained as long: error %.2f (RMSE on test rows)%n", result.one);
    System.out.printf(
        "boosting, %d networks:         error %.2f%n", result.rounds, result.boosting);
  }

  static Result run(int rows, int rounds, int epochs) throws Exception {
    DataSet trainingData = read(writeFriedman(rows, 1));
    DataSet keptData = read(writeFriedman(rows / 2, 2));
    DataSet testData = read(writeFriedman(5_000, 3));

    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fitLabel(true);
    normalizer.fit(trainingData);
    normalizer.transform(trainingData);
    normalizer.transform(keptData);
    normalizer.transform(testData);
    DataSetIterator train = new ResumableIterator(trainingData, 50, 6);
    DataSetIterator kept = new ResumableIterator(keptData, 500, 6);
    DataSetIterator test = new ResumableIterator(testData, 500, 6);

    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(6)
            .weightInit(WeightInit.XAVIER)
            .updater(new Adam(0.01))
            .list()
            .layer(new DenseLayer.Builder().nIn(10).nOut(4).activation(Activation.TANH).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nIn(4)
                    .nOut(1)
                    .build())
            .build();

    Ensemble boosted =
        GradientBoosting.of(conf)
            .squaredLoss()
            .rounds(rounds)
            .learningRate(0.5)
            .stopAfter(kept, 3)
            .seed(6)
            .build()
            .fit(train, epochs);

    MultiLayerNetwork model = new MultiLayerNetwork(conf);
    model.init();
    train.reset();
    model.fit(train, boosted.size() * epochs);

    Result result = new Result();
    result.rounds = boosted.size();
    double unit = normalizer.getLabelStd().getDouble(0);
    result.one = unit * model.evaluateRegression(test).rootMeanSquaredError(0);
    result.boosting = unit * boosted.evaluateRegression(test).rootMeanSquaredError(0);
    return result;
  }

  private static DataSet read(File csv) throws IOException, InterruptedException {
    RecordReader recordReader = new CSVRecordReader(1, ','); // the first line is a heading
    recordReader.initialize(new FileSplit(csv));
    return new RecordReaderDataSetIterator(recordReader, 5_000, 10, 10, true).next(); // all of them
  }

  /** 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + noise (Friedman 1991). */
  private static File writeFriedman(int rows, long seed) throws IOException {
    File csv = Files.createTempFile("friedman", ".csv").toFile();
    csv.deleteOnExit();
    Random random = new Random(seed);
    try (PrintWriter out = new PrintWriter(csv, "UTF-8")) {
      out.println("x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,y");
      for (int row = 0; row < rows; row++) {
        double[] x = random.doubles(10).toArray();
        double y =
            10 * Math.sin(Math.PI * x[0] * x[1])
                + 20 * Math.pow(x[2] - 0.5, 2)
                + 10 * x[3]
                + 5 * x[4]
                + random.nextGaussian();
        for (double value : x) {
          out.print(String.format(Locale.ROOT, "%.4f,", value));
        }
        out.println(String.format(Locale.ROOT, "%.4f", y));
      }
    }
    return csv;
  }

  /** Errors, and how many networks helped. */
  static final class Result {
    int rounds;
    double one;
    double boosting;
  }
}
