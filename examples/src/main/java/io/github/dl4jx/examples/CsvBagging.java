package io.github.dl4jx.examples;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.EnsembleListener;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.train.OutOfBag;
import io.github.dl4jx.training.TrainingData;
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
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A CSV file, read as in Deeplearning4j's own CSVExample; bagging instead of one network, and its
 * out-of-bag score, which needs no test data.
 *
 * <p>The table is Breiman's waveforms, on which bagging was first shown: 21 noisy columns, 3
 * classes, and no classifier is right in more than 86 % of the rows.
 */
public final class CsvBagging {

  private CsvBagging() {}

  /**
   * Compares one network with ten.
   *
   * @param args none
   * @throws Exception if the CSV files cannot be written or read
   */
  public static void main(String[] args) throws Exception {
    Result result = run(200, 10, 100);
    System.out.printf("one network: %.1f %% of the test rows are right%n", 100 * result.one);
    System.out.printf("bagging:     %.1f %%%n", 100 * result.bagging);
    System.out.printf(
        "out-of-bag:  %.1f %%, the forecast of that from the training rows alone%n",
        100 * result.outOfBag);
  }

  static Result run(int rows, int members, int epochs) throws Exception {
    File trainCsv = writeWaveforms(rows, 1);
    File testCsv = writeWaveforms(5_000, 2);
    DataSet trainingData = read(trainCsv);
    DataSet testData = read(testCsv);
    DataNormalization normalizer = new NormalizerStandardize();
    normalizer.fit(trainingData);
    normalizer.transform(trainingData);
    normalizer.transform(testData);
    TrainingData train = TrainingData.of(trainingData, 32);

    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(6)
            .activation(Activation.TANH)
            .weightInit(WeightInit.XAVIER)
            .updater(new Adam(0.01))
            .list()
            .layer(new DenseLayer.Builder().nIn(21).nOut(50).build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.NEGATIVELOGLIKELIHOOD)
                    .activation(Activation.SOFTMAX)
                    .nIn(50)
                    .nOut(3)
                    .build())
            .build();

    Bagging bagging =
        Bagging.of(conf)
            .members(members)
            .seed(6)
            .parallelism(2)
            .progress(new Bar(members * epochs))
            .build();
    Ensemble bag = bagging.fit(train, epochs);
    OutOfBag outOfBag = bagging.outOfBag(bag, train);

    MultiLayerNetwork model = new MultiLayerNetwork(conf);
    model.init();
    model.fit(new ResumableIterator(trainingData, 32, 6), epochs);

    Result result = new Result();
    result.one = accuracy(testData, model.output(testData.getFeatures()));
    result.bagging = accuracy(testData, bag.output(testData.getFeatures()));
    result.outOfBag = outOfBag.scores().accuracy();
    return result;
  }

  /** A bar on a terminal; without one, the log says how far it is. */
  private static final class Bar implements EnsembleListener {

    private static final int WIDTH = 50;
    private final boolean terminal = hasTerminal();
    private final int total;
    private int done;

    Bar(int total) {
      this.total = total;
    }

    @SuppressWarnings("SystemConsoleNull") // on Java 22 and later there is always one
    private static boolean hasTerminal() {
      return System.console() != null;
    }

    @Override
    public void epochTrained(int member, int epoch, int epochs, double score) {
      done++;
      if (terminal) {
        int marks = WIDTH * done / total;
        System.out.printf("\rbagging [%s%s]", "#".repeat(marks), " ".repeat(WIDTH - marks));
      }
    }

    @Override
    public void memberTrained(int member, int finished, int members, Model network) {
      if (finished == members && terminal) {
        System.out.println();
      }
    }
  }

  private static double accuracy(DataSet data, INDArray output) {
    Evaluation evaluation = new Evaluation(3);
    evaluation.eval(data.getLabels(), output);
    return evaluation.accuracy();
  }

  private static DataSet read(File csv) throws IOException, InterruptedException {
    RecordReader recordReader = new CSVRecordReader(1, ','); // the first line is a heading
    recordReader.initialize(new FileSplit(csv));
    int labelIndex = 21;
    int numClasses = 3;
    return new RecordReaderDataSetIterator(recordReader, 5_000, labelIndex, numClasses)
        .next(); // all of them
  }

  /** Mixtures of two of three triangles, and noise (Breiman et al. 1984). */
  private static File writeWaveforms(int rows, long seed) throws IOException {
    File csv = Files.createTempFile("waveforms", ".csv").toFile();
    csv.deleteOnExit();
    int[][] peaks = {{7, 15}, {7, 11}, {15, 11}};
    Random random = new Random(seed);
    try (PrintWriter out = new PrintWriter(csv, "UTF-8")) {
      for (int column = 1; column <= 21; column++) {
        out.print("x" + column + ",");
      }
      out.println("class");
      for (int row = 0; row < rows; row++) {
        int label = random.nextInt(3);
        double share = random.nextDouble();
        for (int column = 1; column <= 21; column++) {
          double first = Math.max(6 - Math.abs(column - peaks[label][0]), 0);
          double second = Math.max(6 - Math.abs(column - peaks[label][1]), 0);
          double value = share * first + (1 - share) * second + random.nextGaussian();
          out.print(String.format(Locale.ROOT, "%.3f,", value));
        }
        out.println(label);
      }
    }
    return csv;
  }

  /** Accuracies. */
  static final class Result {
    double one;
    double bagging;
    double outOfBag;
  }
}
