package io.github.dl4jx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.train.Bagging;
import java.io.File;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Adam;

/** DataVec's record readers as data: a CSV file of two interleaved half moons. */
class RecordReaderIT {

  @TempDir File folder;

  private DataSetIterator csv(String name, int n, long seed) throws Exception {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int moon = i % 2;
      double angle = Math.PI * random.nextDouble() + moon * Math.PI;
      double x = 100 * (Math.cos(angle) + moon + 0.1 * random.nextGaussian());
      double y = Math.sin(angle) + 0.5 * moon + 0.1 * random.nextGaussian();
      lines.add(String.format(Locale.ROOT, "%f,%f,%d", x, y, moon));
    }
    File file = new File(folder, name);
    Files.write(file.toPath(), lines);
    RecordReader reader = new CSVRecordReader();
    reader.initialize(new FileSplit(file));
    return new RecordReaderDataSetIterator(reader, 25, 2, 2);
  }

  @Test
  void bagging_overACsvFile_learnsFromPreprocessedRecords() throws Exception {
    DataSetIterator train = csv("train.csv", 610, 1); // the last batch is smaller
    DataSetIterator test = csv("test.csv", 500, 2);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(train);
    train.setPreProcessor(normalizer);
    test.setPreProcessor(normalizer);
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.02))
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(16).activation(Activation.TANH).build())
            .layer(new OutputLayer.Builder().nIn(16).nOut(2).activation(Activation.SOFTMAX).build())
            .build();
    Ensemble bag = Bagging.of(conf).members(3).seed(1).parallelism(2).build().fit(train, 20);
    // no line separates the moons better than about 88 %
    assertThat(bag.evaluate(test).accuracy()).isGreaterThan(0.95);
  }
}
