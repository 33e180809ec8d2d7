package evil;

import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Classes that a file might name, one of each kind, which tell that they were initialized. */
public final class Evil {

  /** The system property that holds their names. */
  public static final String INITIALIZED = "dl4jx.evil";

  private Evil() {}

  private static void tell(String name) {
    System.setProperty(INITIALIZED, System.getProperty(INITIALIZED, "") + name + " ");
  }

  public static class Dense extends DenseLayer {
    static {
      tell("Dense");
    }
  }

  public static class Vertex extends MergeVertex {
    static {
      tell("Vertex");
    }
  }

  public static class Updater extends Sgd {
    static {
      tell("Updater");
    }
  }

  public static class Schedule extends FixedSchedule {
    static {
      tell("Schedule");
    }

    public Schedule() {
      super(1);
    }
  }

  public static class Drop extends Dropout {
    static {
      tell("Drop");
    }

    public Drop() {
      super(0.5);
    }
  }

  public static class Activation extends ActivationTanH {
    static {
      tell("Activation");
    }
  }

  public static class Loss extends LossMSE {
    static {
      tell("Loss");
    }
  }

  public static class Constraint extends MaxNormConstraint {
    static {
      tell("Constraint");
    }

    public Constraint() {
      super(1, 1);
    }
  }

  public static class Noise extends DropConnect {
    static {
      tell("Noise");
    }

    public Noise() {
      super(0.5);
    }
  }

  public static class Distribution extends NormalDistribution {
    static {
      tell("Distribution");
    }

    public Distribution() {
      super(0, 1);
    }
  }

  public static class WeightInit extends WeightInitDistribution {
    static {
      tell("WeightInit");
    }

    public WeightInit() {
      super(new NormalDistribution(0, 1));
    }
  }

  public static class Penalty extends L2Regularization {
    static {
      tell("Penalty");
    }

    public Penalty() {
      super(1);
    }
  }

  public static class PreProcessor extends ComposableInputPreProcessor {
    static {
      tell("PreProcessor");
    }

    public PreProcessor() {}
  }

  /** No part of a network. */
  public static class Other {
    static {
      tell("Other");
    }
  }
}
