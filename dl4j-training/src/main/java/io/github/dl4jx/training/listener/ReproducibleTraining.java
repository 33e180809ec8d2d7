package io.github.dl4jx.training.listener;

import io.github.dl4jx.random.Seeds;
import io.github.dl4jx.training.network.Network;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes the random numbers of every training step a function of a seed and the number of the step.
 *
 * <pre>{@code
 * before iteration t: Nd4j.getRandom().setSeed(h(seed, t))
 * }</pre>
 *
 * <p>Deeplearning4j's own dropout, noise layers and weight noise, and an {@code InvertedDropout}
 * without a seed, take their numbers from ND4J's generator, whose state is not saved with a
 * network: a run that is resumed would go on with other numbers. With this listener it goes on with
 * the same ones, whatever else uses the generator between two steps.
 *
 * <p>The generator is reseeded when an epoch starts and after each iteration, in the thread that
 * trains. With {@code fit(DataSet)}, for which Deeplearning4j starts no epoch, the first step of a
 * program uses the generator as it is.
 *
 * <pre>{@code
 * net.setListeners(new ReproducibleTraining(42));
 * }</pre>
 */
public final class ReproducibleTraining extends BaseTrainingListener {

  private final long seed;

  /**
   * A listener for one network.
   *
   * @param seed any number
   */
  public ReproducibleTraining(long seed) {
    this.seed = seed;
  }

  @Override
  public void onEpochStart(Model model) {
    if (Network.is(model)) { // and not a layer that is being pretrained
      reseed(Network.of(model).iteration());
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    reseed(iteration + 1);
  }

  private void reseed(int iteration) {
    Nd4j.getRandom().setSeed(Seeds.derive(seed, iteration));
  }
}
