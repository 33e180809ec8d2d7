package io.github.dl4jx.examples;

import io.github.dl4jx.regularizers.dropout.LockedDropout;
import io.github.dl4jx.training.averaging.WeightAveragingListener;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A network that writes, character by character, as in Deeplearning4j's own LSTMCharModelling
 * example; from a short text, of which it soon knows every line by heart. Locked dropout and an
 * average of the weights are what AWD-LSTM does about that.
 *
 * <p>The text is made by a small grammar, so that there is more of the same to test with.
 */
public final class CharacterLstm {

  private static final String CHARACTERS = " .abcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 40;

  private CharacterLstm() {}

  /**
   * Trains with and without, and lets the better one write.
   *
   * @param args none
   */
  public static void main(String[] args) {
    Result result = run(800, 150);
    System.out.printf("plain LSTM:                       %.3f bits a character%n", result.plain);
    System.out.printf("with locked dropout:              %.3f%n", result.dropout);
    System.out.printf("and the average of its weights:   %.3f%n", result.averaged);
    System.out.println("It writes: " + result.text);
  }

  static Result run(int characters, int epochs) {
    List<DataSet> train = sequences(text(characters, 1));
    List<DataSet> test = sequences(text(8_000, 2));
    Result result = new Result();

    MultiLayerNetwork plain = network(1);
    plain.fit(new ListDataSetIterator<>(train, 10), epochs);
    result.plain = bits(plain, test);

    MultiLayerNetwork net = network(0.7);
    WeightAveragingListener ema = WeightAveragingListener.ema(0.98).build();
    net.setListeners(ema);
    net.fit(new ListDataSetIterator<>(train, 10), epochs);
    result.dropout = bits(net, test);
    MultiLayerNetwork averaged = ema.averagedNetwork(net);
    result.averaged = bits(averaged, test);
    result.text = write(averaged, 120);
    return result;
  }

  private static MultiLayerNetwork network(double retain) {
    MultiLayerConfiguration conf =
        new NeuralNetConfiguration.Builder()
            .seed(12345)
            .weightInit(WeightInit.XAVIER)
            .updater(GradientClipping.around(new Adam(0.01)).byNorm(5))
            .list()
            .layer(new LSTM.Builder().nIn(CHARACTERS.length()).nOut(48).build())
            .layer(new LSTM.Builder().nOut(48).dropOut(new LockedDropout(retain)).build())
            .layer(new DropoutLayer.Builder(new LockedDropout(retain)).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .activation(Activation.SOFTMAX)
                    .nOut(CHARACTERS.length())
                    .build())
            .setInputType(InputType.recurrent(CHARACTERS.length()))
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(conf);
    net.init();
    return net;
  }

  /** Mean of -log2 of the probability of the right next character. */
  private static double bits(MultiLayerNetwork net, List<DataSet> test) {
    return net.score(DataSet.merge(test)) / LENGTH / Math.log(2);
  }

  /** Each has a character as the features, and the next one as the label, at each time step. */
  private static List<DataSet> sequences(String text) {
    List<DataSet> sequences = new ArrayList<>();
    for (int start = 0; start + LENGTH < text.length(); start += LENGTH) {
      INDArray features = Nd4j.create(DataType.FLOAT, 1, CHARACTERS.length(), LENGTH);
      INDArray labels = Nd4j.create(DataType.FLOAT, 1, CHARACTERS.length(), LENGTH);
      for (int t = 0; t < LENGTH; t++) {
        features.putScalar(0, CHARACTERS.indexOf(text.charAt(start + t)), t, 1);
        labels.putScalar(0, CHARACTERS.indexOf(text.charAt(start + t + 1)), t, 1);
      }
      sequences.add(new DataSet(features, labels));
    }
    return sequences;
  }

  private static String write(MultiLayerNetwork net, int characters) {
    Random random = new Random(3);
    StringBuilder text = new StringBuilder();
    char last = '.';
    net.rnnClearPreviousState();
    for (int i = 0; i < characters; i++) {
      INDArray in = Nd4j.create(DataType.FLOAT, 1, CHARACTERS.length());
      in.putScalar(0, CHARACTERS.indexOf(last), 1);
      INDArray next = net.rnnTimeStep(in);
      double left = random.nextDouble();
      int index = 0;
      while (index < CHARACTERS.length() - 1 && left >= next.getDouble(0, index)) {
        left -= next.getDouble(0, index);
        index++;
      }
      last = CHARACTERS.charAt(index);
      text.append(last);
    }
    return text.toString().trim();
  }

  private static String text(int characters, long seed) {
    String[] adjectives = {"small", "old", "quiet", "wooden", "northern", "bright", "tired"};
    String[] nouns = {"river", "garden", "teacher", "harbour", "winter", "letter", "window", "fox"};
    String[] verbs = {"follows", "remembers", "carries", "forgets", "finds", "covers", "answers"};
    String[] places = {"behind", "under", "near", "without", "beyond", "after"};
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < characters) {
      text.append("the ").append(one(random, adjectives)).append(one(random, nouns));
      text.append(one(random, verbs)).append(random.nextBoolean() ? "the " : "a ");
      text.append(one(random, nouns));
      if (random.nextBoolean()) {
        text.append(one(random, places)).append("the ").append(one(random, nouns));
      }
      text.setCharAt(text.length() - 1, '.');
      text.append(' ');
    }
    return text.substring(0, characters);
  }

  private static String one(Random random, String[] words) {
    return words[random.nextInt(words.length)] + " ";
  }

  /** Scores on other text of the same grammar, and what the last network writes. */
  static final class Result {
    double plain;
    double dropout;
    double averaged;
    String text = "";
  }
}
