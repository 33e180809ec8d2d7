package io.github.dl4jx.examples;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.spark.SparkStart;
import io.github.dl4jx.spark.SparkTraining;
import java.io.IOException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.impl.MnistDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Bagging on Apache Spark, here with two threads of this machine: one line of the builder is
 * another than for threads, and the members are the same bit for bit.
 *
 * <p>On a cluster leave {@code setMaster} out and start the program by {@code spark-submit}.
 */
public final class SparkLocal {

  private SparkLocal() {}

  /**
   * Trains on Spark and without.
   *
   * @param args none
   * @throws IOException if MNIST cannot be read
   */
  public static void main(String[] args) throws IOException {
    Result result = run(2_000, 6, 15);
    System.out.printf("first member alone:          %.2f %% right%n", 100 * result.one);
    System.out.printf("bagging, trained on Spark:   %.2f %%%n", 100 * result.bagging);
    System.out.println("the same as without Spark:   " + result.same);
  }

  static Result run(int examples, int members, int epochs) throws IOException {
    DataSetIterator train = new MnistDataSetIterator(50, examples, false, true, false, 1);
    DataSetIterator test = new MnistDataSetIterator(500, 10_000, false, false, false, 1);
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(1e-3))
            .list()
            .layer(new DenseLayer.Builder().nIn(784).nOut(100).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder().nIn(100).nOut(10).activation(Activation.SOFTMAX).build())
            .build();
    Result result = new Result();

    Ensemble bag;
    SparkConf spark =
        new SparkConf()
            .setAppName("bagging")
            .setMaster("local[2]")
            .set("spark.ui.enabled", "false");
    try (JavaSparkContext sc = SparkStart.start(spark)) {
      bag =
          Bagging.of(conf)
              .members(members)
              .seed(42)
              .execution(SparkTraining.on(sc)) // instead of parallelism(2)
              .build()
              .fit(train, epochs);
    }
    train.reset();
    Ensemble here = Bagging.of(conf).members(members).seed(42).build().fit(train, epochs);

    Ensemble one = Ensemble.of(bag.rule(), List.of(bag.member(0)));
    result.one = one.evaluate(test).accuracy();
    result.bagging = bag.evaluate(test).accuracy();
    result.same = true;
    for (int i = 0; i < members; i++) {
      INDArray params = here.member(i).params();
      result.same &= bag.member(i).params().equals(params);
    }
    return result;
  }

  /** Accuracies, and whether both ways lead to the same members. */
  static final class Result {
    double one;
    double bagging;
    boolean same;
  }
}
