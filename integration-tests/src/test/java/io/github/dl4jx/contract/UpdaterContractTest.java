package io.github.dl4jx.contract;

import static io.github.dl4jx.contract.UpdaterRow.Rule.ANY_BLOCKS;
import static io.github.dl4jx.contract.UpdaterRow.Rule.FIXED_LEARNING_RATE;
import static io.github.dl4jx.contract.UpdaterRow.Rule.LAYERS_AS_BLOCKS;
import static io.github.dl4jx.contract.UpdaterRow.Rule.LOSS_FALLS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.schedule.ScheduleType.EPOCH;
import static org.nd4j.linalg.schedule.ScheduleType.ITERATION;

import io.github.dl4jx.updaters.AdEMAMix;
import io.github.dl4jx.updaters.AdaBelief;
import io.github.dl4jx.updaters.Adan;
import io.github.dl4jx.updaters.Lion;
import io.github.dl4jx.updaters.OneBitSgd;
import io.github.dl4jx.updaters.Sghmc;
import io.github.dl4jx.updaters.Sgld;
import io.github.dl4jx.updaters.SignSgd;
import io.github.dl4jx.updaters.Signum;
import io.github.dl4jx.updaters.schedule.CosineAnnealingSchedule;
import io.github.dl4jx.updaters.schedule.InversePowerSchedule;
import io.github.dl4jx.updaters.schedule.LinearWarmupSchedule;
import io.github.dl4jx.updaters.schedule.TriangularSchedule;
import io.github.dl4jx.updaters.wrapper.GradientClipping;
import io.github.dl4jx.updaters.wrapper.GradientNoise;
import io.github.dl4jx.updaters.wrapper.Lookahead;
import io.github.dl4jx.updaters.wrapper.OneBitGradient;
import io.github.dl4jx.updaters.wrapper.OneBitGradient.Reconstruction;
import io.github.dl4jx.updaters.wrapper.SignGradient;
import io.github.dl4jx.updaters.wrapper.SkipNonFinite;
import io.github.dl4jx.updaters.wrapper.Vectorized;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.SerializationUtils;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;

/**
 * The table of all updaters, wrappers and schedules, and what their configurations must do. A new
 * one joins by a row; the other classes of the suite run over the same table.
 *
 * <p>The suite's network has blocks of 48, 8, 24 and 3 parameters, its layers 56 and 27.
 */
class UpdaterContractTest {

  private static final String COLUMNS = "a block that is cut elsewhere has other columns";
  private static final String NORM = "the norm is the block's";
  private static final String SCHEDULE = "setLearningRate replaces a schedule";
  private static final String NOISE = "noise may raise the loss";

  static List<Named<UpdaterRow>> updaters() {
    return Stream.of(recipes(), adaptive(), samplers(), wrappers(), oneBit(), nested(), schedules())
        .flatMap(rows -> rows)
        .map(UpdaterRow::named)
        .collect(Collectors.toList());
  }

  private static UpdaterRow row(IUpdater updater) {
    return UpdaterRow.of(updater);
  }

  private static UpdaterRow scheduled(IUpdater updater) {
    return row(updater).except(FIXED_LEARNING_RATE, SCHEDULE);
  }

  private static UpdaterRow noisy(IUpdater updater) {
    return row(updater).except(LOSS_FALLS, NOISE);
  }

  /** Columns that end where a layer ends, but not where its biases begin. */
  private static UpdaterRow columnsInLayers(IUpdater updater) {
    return row(updater).except(ANY_BLOCKS, COLUMNS);
  }

  private static UpdaterRow columnsAcross(IUpdater updater) {
    return columnsInLayers(updater).except(LAYERS_AS_BLOCKS, COLUMNS);
  }

  private static UpdaterRow norm(IUpdater updater) {
    return row(updater).except(ANY_BLOCKS, NORM).except(LAYERS_AS_BLOCKS, NORM);
  }

  private static Stream<UpdaterRow> recipes() {
    return Stream.of(
        row(new SignSgd(0.01)),
        scheduled(new SignSgd(new ExponentialSchedule(ITERATION, 0.01, 0.9))),
        row(new Signum(0.01)),
        scheduled(new Signum(new ExponentialSchedule(ITERATION, 0.01, 0.9), 0.8)),
        row(new Lion(0.01)),
        scheduled(
            Lion.of(new ExponentialSchedule(ITERATION, 0.01, 0.9)).beta1(0.8).beta2(0.95).build()),
        columnsAcross(new OneBitSgd(0.05)),
        columnsAcross(new OneBitSgd(new ExponentialSchedule(ITERATION, 0.05, 0.9)))
            .except(FIXED_LEARNING_RATE, SCHEDULE));
  }

  private static Stream<UpdaterRow> adaptive() {
    return Stream.of(
        row(new AdaBelief(0.01)),
        scheduled(
            AdaBelief.of(new ExponentialSchedule(ITERATION, 0.01, 0.9)).epsilon(1e-8).build()),
        row(new Adan(0.01)),
        scheduled(Adan.of(new ExponentialSchedule(ITERATION, 0.01, 0.9)).beta1(0.9).build()),
        row(new AdEMAMix(0.01)),
        scheduled(
            AdEMAMix.of(new ExponentialSchedule(ITERATION, 0.01, 0.9)).alpha(8).warmup(7).build()));
  }

  private static Stream<UpdaterRow> samplers() {
    return Stream.of(
        noisy(new Sgld(0.05, 1000)),
        noisy(
                Sgld.of(new InversePowerSchedule(ITERATION, 0.5, 10, 0.55), 1000)
                    .temperature(0.5)
                    .seed(7)
                    .build())
            .except(FIXED_LEARNING_RATE, SCHEDULE),
        noisy(new Sghmc(0.01, 1000)),
        noisy(
                Sghmc.of(new ExponentialSchedule(ITERATION, 0.01, 0.9), 1000)
                    .friction(0.3)
                    .temperature(0.5)
                    .seed(7)
                    .build())
            .except(FIXED_LEARNING_RATE, SCHEDULE));
  }

  private static Stream<UpdaterRow> wrappers() {
    return Stream.of(
        row(Vectorized.around(new Adam(0.01))),
        row(Vectorized.around(new RmsProp(0.01))),
        row(SignGradient.around(new Adam(0.01))),
        row(SignGradient.around(new Nesterovs(0.01, 0.9))),
        noisy(GradientNoise.around(new Sgd(0.05)).build()),
        noisy(GradientNoise.around(new Adam(0.01)).eta(0.3).gamma(0.7).seed(7).build()),
        noisy(
            GradientNoise.around(new Adam(0.01))
                .standardDeviation(CosineAnnealingSchedule.once(ITERATION, 0.2, 0, 20))
                .stopAfter(12)
                .seed(7)
                .build()),
        row(GradientClipping.around(new Adam(0.01)).byValue(0.02)),
        norm(GradientClipping.around(new Nesterovs(0.05, 0.9)).byNorm(0.1)),
        row(SkipNonFinite.around(new Adam(0.01), 3)),
        row(Lookahead.around(new Adam(0.01)).build()),
        row(Lookahead.around(new Sgd(0.05)).steps(3).alpha(0.8).build()));
  }

  private static Stream<UpdaterRow> oneBit() {
    return Stream.of(
        columnsInLayers(
            OneBitGradient.around(new Adam(0.01))
                .columnLength(7)
                .reconstruction(Reconstruction.SCALED_SIGN)
                .exactIterations(5)
                .build()),
        columnsInLayers(
            OneBitGradient.around(new Sgd(0.05)).columnLength(7).errorFeedback(false).build()),
        // columns of 8 end where the blocks of 48, 8 and 24 do
        row(OneBitGradient.around(new Nesterovs(0.02, 0.5)).columnLength(8).build()));
  }

  private static Stream<UpdaterRow> nested() {
    return Stream.of(
        noisy(GradientNoise.around(SignGradient.around(new Adam(0.01))).seed(7).build()),
        noisy(SignGradient.around(GradientNoise.around(new Adam(0.01)).seed(7).build())),
        columnsInLayers(
                OneBitGradient.around(GradientClipping.around(new Adam(0.01)).byNorm(1))
                    .columnLength(7)
                    .build())
            .except(LAYERS_AS_BLOCKS, NORM),
        row(
            OneBitGradient.around(
                    OneBitGradient.around(new Adam(0.01))
                        .columnLength(4)
                        .reconstruction(Reconstruction.SCALED_SIGN)
                        .build())
                .columnLength(8)
                .build()),
        row(OneBitGradient.around(new Signum(0.01)).columnLength(8).build()),
        columnsInLayers(
            SkipNonFinite.around(
                OneBitGradient.around(new Nesterovs(0.02, 0.5)).columnLength(7).build(), 3)),
        row(SkipNonFinite.around(Lookahead.around(new Adan(0.01)).steps(2).build(), 3)),
        row(Lookahead.around(Lookahead.around(new AdaBelief(0.01)).steps(2).build()).build()),
        noisy(GradientClipping.around(new Sgld(0.05, 1000)).byValue(0.05)),
        noisy(SkipNonFinite.around(GradientClipping.around(new Sghmc(0.01, 1000)).byValue(1), 0)));
  }

  private static Stream<UpdaterRow> schedules() {
    return Stream.of(
        scheduled(new Sgd(new InversePowerSchedule(ITERATION, 1, 10, 0.55))),
        scheduled(new Adam(CosineAnnealingSchedule.once(ITERATION, 0.02, 0.001, 20))),
        scheduled(new Adam(new TriangularSchedule(ITERATION, 0.02, 0.001, 8, 2))),
        scheduled(new Adam(CosineAnnealingSchedule.withRestarts(ITERATION, 0.02, 0.001, 4, 2))),
        scheduled(new Nesterovs(CosineAnnealingSchedule.once(EPOCH, 0.02, 0.001, 40), 0.5)),
        scheduled(
            new Adam(
                new LinearWarmupSchedule(
                    5, CosineAnnealingSchedule.once(ITERATION, 0.02, 0.001, 40)))),
        scheduled(new Sgd(new LinearWarmupSchedule(5, 0.1))));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void clone_isEqualButApart(UpdaterRow row) {
    IUpdater updater = row.updater();
    IUpdater clone = updater.clone();
    assertThat(clone).isNotSameAs(updater).isEqualTo(updater).hasSameHashCodeAs(updater);
    clone.setLrAndSchedule(0.123, null);
    assertThat(clone).isNotEqualTo(updater);
    assertThat(updater.getLearningRate(0, 0)).isNotEqualTo(0.123);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void equals_otherRows_isFalse(UpdaterRow row) {
    IUpdater updater = row.updater();
    assertThat(updaters().stream().filter(r -> r.getPayload().updater().equals(updater)))
        .hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void javaSerialization_isEqual(UpdaterRow row) {
    IUpdater updater = row.updater();
    assertThat(SerializationUtils.<IUpdater>roundtrip(updater)).isEqualTo(updater);
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void jsonAndYaml_areEqual(UpdaterRow row) {
    MultiLayerConfiguration net = Networks.configuration(row.updater(), DataType.FLOAT);
    assertThat(MultiLayerConfiguration.fromJson(net.toJson())).isEqualTo(net);
    assertThat(MultiLayerConfiguration.fromYaml(net.toYaml())).isEqualTo(net);
    ComputationGraphConfiguration graph = Networks.graphConfiguration(row.updater());
    assertThat(ComputationGraphConfiguration.fromJson(graph.toJson())).isEqualTo(graph);
    assertThat(ComputationGraphConfiguration.fromYaml(graph.toYaml())).isEqualTo(graph);
  }
}
