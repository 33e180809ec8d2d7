package io.github.dl4jx.studies.samplers;

import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.ensembles.Ensemble;
import io.github.dl4jx.ensembles.run.PosteriorSamples;
import io.github.dl4jx.ensembles.train.DeepEnsemble;
import io.github.dl4jx.studies.run.MnistNetwork;
import io.github.dl4jx.studies.run.Technique;
import io.github.dl4jx.studies.run.Technique.Trained;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/** Samples of the posterior, and what they compete with. */
final class PosteriorTechniques {

  static final int MEMBER_EPOCHS = 5;
  static final double ADAM_RATE = 1e-3;
  static final double FRICTION = 0.1;

  /** The part of a cycle without noise. */
  static final double EXPLORATION = 0.8;

  /** What the weights are moved by. */
  enum Sampler {
    SGLD("Sgld"),
    SGHMC("Sghmc"),
    CYCLICAL_SGHMC("cyclical Sghmc");

    private final String label;

    Sampler(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /**
   * What a posterior and its samples depend on.
   *
   * @param rate step size without momentum; that of a sampler with momentum is as many times less
   *     as its friction makes a step reach further
   * @param prior standard deviation of the weights' Gaussian prior
   * @param temperature of the posterior
   */
  record Setting(double rate, double prior, double temperature) {}

  private PosteriorTechniques() {}

  /** One network without a prior. */
  static Technique one(int epochs) {
    return MnistNetwork.training(data -> new Adam(ADAM_RATE), null, epochs);
  }

  /** Without a prior. */
  static Technique deepEnsemble(int members) {
    return (seed, data) ->
        ensemble(MnistNetwork.configuration(seed, new Adam(ADAM_RATE), null), members, seed, data);
  }

  private static Trained ensemble(
      MultiLayerConfiguration configuration, int members, long seed, DataSet data) {
    Ensemble ensemble =
        DeepEnsemble.of(configuration)
            .members(members)
            .seed(seed)
            .build()
            .fit(TrainingData.of(data, MnistNetwork.BATCH), MEMBER_EPOCHS);
    return Trained.of(ensemble);
  }

  /** One network at a mode of the posterior: gradient descent with momentum, and the prior. */
  static Technique mode(int epochs, Setting setting) {
    return (seed, data) -> {
      MultiLayerNetwork net = new MultiLayerNetwork(mode(epochs, setting, seed, data));
      net.init();
      net.fit(MnistNetwork.iterator(data, seed), epochs);
      return MnistNetwork.trained(net);
    };
  }

  /** A deep ensemble of such networks. */
  static Technique modes(int members, Setting setting) {
    return (seed, data) -> ensemble(mode(MEMBER_EPOCHS, setting, seed, data), members, seed, data);
  }

  private static MultiLayerConfiguration mode(
      int epochs, Setting setting, long seed, DataSet data) {
    CosineAnnealingSchedule rate =
        CosineAnnealingSchedule.once(
            ITERATION, setting.rate() * FRICTION, 0, epochs * MnistNetwork.batches(data));
    IUpdater momentum =
        Sghmc.of(rate, data.numExamples()).friction(FRICTION).temperature(0).seed(seed).build();
    return configuration(seed, momentum, setting, data);
  }

  /** A sample at the end of every cycle, or some in the second half of a run without cycles. */
  static Technique samples(Sampler sampler, int epochs, int members, Setting setting) {
    return (seed, data) -> {
      int steps = epochs * MnistNetwork.batches(data);
      int burnIn = sampler == Sampler.CYCLICAL_SGHMC ? 0 : steps / 2;
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              configuration(seed, updater(sampler, setting, seed, data), setting, data));
      net.init();
      try (PosteriorSamples samples =
          PosteriorSamples.every((steps - burnIn) / members)
              .burnIn(burnIn)
              .keepLast(members)
              .build()) {
        net.setListeners(samples);
        net.fit(MnistNetwork.iterator(data, seed), epochs);
        Ensemble ensemble = samples.ensemble();
        return Trained.of(ensemble);
      } finally {
        net.close();
      }
    };
  }

  private static IUpdater updater(Sampler sampler, Setting setting, long seed, DataSet data) {
    int examples = data.numExamples();
    double temperature = setting.temperature();
    double withMomentum = setting.rate() * FRICTION;
    if (sampler == Sampler.SGLD) {
      return Sgld.of(setting.rate(), examples).temperature(temperature).seed(seed).build();
    }
    if (sampler == Sampler.SGHMC) {
      return Sghmc.of(withMomentum, examples)
          .friction(FRICTION)
          .temperature(temperature)
          .seed(seed)
          .build();
    }
    CyclicalNoise noise =
        new CyclicalNoise(
            withMomentum,
            MEMBER_EPOCHS * MnistNetwork.batches(data),
            EXPLORATION,
            2 * FRICTION * temperature / examples);
    Sghmc momentum =
        Sghmc.of(noise.stepSize(), examples).friction(FRICTION).temperature(0).seed(seed).build();
    return GradientNoise.around(momentum).standardDeviation(noise).seed(seed).build();
  }

  private static MultiLayerConfiguration configuration(
      long seed, IUpdater updater, Setting setting, DataSet data) {
    double l2 = 1 / (data.numExamples() * setting.prior() * setting.prior());
    return MnistNetwork.penalized(seed, updater, l2);
  }
}
