import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.io.EnsembleSerializer;
import io.github.dl4jx.ensembles.train.Bagging;
import io.github.dl4jx.ensembles.uncertainty.MonteCarloDropout;
import io.github.dl4jx.regularizers.dropout.InvertedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.training.resume.ResumableIterator;
import io.github.dl4jx.training.resume.Training;
import io.github.dl4jx.tuning.run.AskTell;
import io.github.dl4jx.tuning.sample.Tpe;
import io.github.dl4jx.tuning.space.Parameter;
import io.github.dl4jx.tuning.space.SearchSpace;
import io.github.dl4jx.tuning.trial.Trial;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import java.io.File;
import java.nio.file.Files;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A little of each published module, in Java 11: trains, averages, resumes, saves, loads and searches. */
public class Smoke {

  public static void main(String[] args) throws Exception {
    DataSet data = twoClouds(400);
    DataSetIterator train = new ListDataSetIterator<>(data.asList(), 50);
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(GradientNoise.around(new Adam(0.01)).eta(1e-4).seed(7).build())
            .activation(Activation.RELU)
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(16).build())
            .layer(
                new OutputLayer.Builder()
                    .nIn(16)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .dropOut(new InvertedDropout(0.8))
                    .build())
            .build();

    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    WeightAveragingListener ema = WeightAveragingListener.ema(0.9).build();
    net.setListeners(ema);
    File folder = Files.createTempDirectory("smoke").toFile();
    Training.fit(net, new ResumableIterator(data, 50, 1), 10, folder);
    check("averaged", ema.averagedNetwork(net).evaluate(train).accuracy());

    INDArray sure =
        MonteCarloDropout.of(net).samples(10).seed(1).build().predict(data.getFeatures()).mean();
    check("Monte-Carlo dropout", 1 - sure.sub(data.getLabels()).norm1Number().doubleValue() / 800);

    Ensemble bag = Bagging.of(conf).members(3).seed(42).parallelism(2).build().fit(train, 10);
    File file = new File(folder, "bag.zip");
    EnsembleSerializer.save(bag, file);
    check("bagging, from a file", EnsembleSerializer.load(file).evaluate(train).accuracy());

    SearchSpace space = new SearchSpace();
    Parameter<Double> rate = space.logUniform("rate", 1e-4, 1e-1);
    AskTell search = AskTell.minimizing(space, Tpe.builder().build()).seed(42).build();
    for (int i = 0; i < 30; i++) {
      Trial trial = search.ask().orElseThrow();
      search.tell(trial, Math.abs(Math.log10(trial.get(rate)) + 3));
    }
    double best = search.history().top(1).get(0).get(rate);
    check("search", 1 - Math.abs(Math.log10(best) + 3));
    System.out.println("Runs on Java " + Runtime.version());
    System.exit(0);
  }

  /** Examples of two classes that a straight line hardly tells apart wrongly. */
  private static DataSet twoClouds(int examples) {
    Random random = new Random(1);
    INDArray features = Nd4j.create(examples, 2);
    INDArray labels = Nd4j.create(examples, 2);
    for (int i = 0; i < examples; i++) {
      features.putScalar(i, 0, random.nextGaussian() + (i % 2 == 0 ? 2 : -2));
      features.putScalar(i, 1, random.nextGaussian());
      labels.putScalar(i, i % 2, 1);
    }
    return new DataSet(features, labels);
  }

  private static void check(String what, double accuracy) {
    System.out.printf("%s: %.3f%n", what, accuracy);
    if (!(accuracy > 0.8)) {
      throw new IllegalStateException(what + " must be above 0.8, got " + accuracy);
    }
  }
}
