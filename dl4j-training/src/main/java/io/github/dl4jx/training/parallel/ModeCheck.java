package io.github.dl4jx.training.parallel;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Notices a ParallelWrapper that trains without its accumulator: the builder moves the network's
 * listeners to the workers, but drops the accumulator unless its mode is CUSTOM.
 */
final class ModeCheck extends BaseTrainingListener {

  private final Rendezvous rendezvous;

  ModeCheck(Rendezvous rendezvous) {
    this.rendezvous = rendezvous;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    check();
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    check();
  }

  private void check() {
    String thread = Thread.currentThread().getName();
    if (!rendezvous.isUsed() && OneBitGradientsAccumulator.THREAD.matcher(thread).matches()) {
      throw new IllegalStateException(
          "the ParallelWrapper ignores its OneBitGradientsAccumulator: its builder needs"
              + " .trainingMode(ParallelWrapper.TrainingMode.CUSTOM)");
    }
  }
}
