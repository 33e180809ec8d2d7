package io.github.dl4jx.training.parallel;

import java.util.Collection;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.deeplearning4j.optimize.stepfunctions.NegativeGradientStepFunction;
import org.deeplearning4j.optimize.stepfunctions.StepFunctions;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;

/**
 * Deeplearning4j's own training step with a gradient that is computed already: division by the
 * minibatch size, {@code GradientNormalization}, L1 and L2, updater, weight decay, step, listeners,
 * count, constraints.
 *
 * <p>Deeplearning4j divides by the size of the network's own minibatch. This step divides by the
 * number of examples of all workers together, so that replicas with minibatches of unequal sizes,
 * or none, round alike.
 */
final class JointStep extends StochasticGradientDescent {

  private static final String WORKSPACE = "DL4JX_JOINT_STEP";

  private final LayerWorkspaceMgr workspaces =
      LayerWorkspaceMgr.builder()
          .with(
              ArrayType.UPDATER_WORKING_MEM,
              WORKSPACE,
              WorkspaceConfiguration.builder()
                  .initialSize(0)
                  .overallocationLimit(0.02)
                  .policyLearning(LearningPolicy.FIRST_LOOP)
                  .policyAllocation(AllocationPolicy.OVERALLOCATE)
                  .build())
          .build();

  private int examples;

  /**
   * A step for a replica.
   *
   * @param listeners called after every iteration
   */
  JointStep(Replica replica, Collection<TrainingListener> listeners) {
    super(replica.model().conf(), stepFunction(replica.model().conf()), listeners, replica.model());
    replica.setUpdater(this);
  }

  private static StepFunction stepFunction(NeuralNetConfiguration conf) {
    StepFunction configured = StepFunctions.createStepFunction(conf.getStepFunction());
    return configured == null ? new NegativeGradientStepFunction() : configured;
  }

  /**
   * Makes the step.
   *
   * @param jointExamples number of examples in all workers' minibatches
   */
  void make(int jointExamples) {
    examples = jointExamples;
    optimize(workspaces);
  }

  @Override
  public Pair<Gradient, Double> gradientAndScore(LayerWorkspaceMgr workspaceMgr) {
    Model network = model;
    updateGradientAccordingToParams(network.gradient(), network, examples, workspaceMgr);
    return new Pair<>(network.gradient(), network.score());
  }
}
