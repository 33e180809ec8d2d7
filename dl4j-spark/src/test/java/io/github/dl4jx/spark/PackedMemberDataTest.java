package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.dl4jx.ensembles.internal.MemberData;
import io.github.dl4jx.ensembles.internal.PackedMemberData;
import io.github.dl4jx.training.TrainingData;
import io.github.dl4jx.training.jobs.internal.SharedExamples;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class PackedMemberDataTest {

  private static Stream<Serializer> serializers() {
    return Stream.of(new JavaSerializer(new SparkConf()), new KryoSerializer(new SparkConf()));
  }

  private static PackedMemberData send(PackedMemberData data, Serializer serializer) {
    ClassTag<PackedMemberData> type = ClassTag$.MODULE$.apply(PackedMemberData.class);
    ByteBuffer bytes = serializer.newInstance().serialize(data, type);
    return serializer.newInstance().deserialize(bytes, type);
  }

  private static DataSet sequences() {
    return new DataSet(
        Nd4j.rand(DataType.FLOAT, 5, 3, 4),
        Nd4j.rand(DataType.FLOAT, 5, 2, 4),
        Nd4j.rand(DataType.FLOAT, 5, 4).gt(0.5).castTo(DataType.FLOAT),
        Nd4j.rand(DataType.FLOAT, 5, 4).gt(0.5).castTo(DataType.FLOAT));
  }

  private static void assertEqual(DataSet one, DataSet other) {
    assertThat(one.getFeatures()).isEqualTo(other.getFeatures());
    assertThat(one.getLabels()).isEqualTo(other.getLabels());
    assertThat(one.getFeaturesMaskArray()).isEqualTo(other.getFeaturesMaskArray());
    assertThat(one.getLabelsMaskArray()).isEqualTo(other.getLabelsMaskArray());
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void training_sentByEitherSerializer_isTheSame(Serializer serializer) {
    DataSet masked = sequences();
    DataSet plain = Tasks.points(10, 1);
    MemberData back =
        send(
                new PackedMemberData(TrainingData.of(masked, 3), List.of(plain, masked), 2),
                serializer)
            .unpack();
    TrainingData training = inMemory().or(back.examples());
    assertThat(training.batch()).isEqualTo(3);
    assertEqual(training.examples(), masked);
    assertThat(back.validationBatches()).hasSize(2);
    assertEqual(back.validationBatches().get(0), plain);
    assertEqual(back.validationBatches().get(1), masked);
  }

  @Test
  void training_askedTwice_isOneObjectForAllMembers() {
    PackedMemberData data = new PackedMemberData(TrainingData.of(sequences(), 3), List.of(), 0);
    assertThat(data.unpack()).isSameAs(data.unpack());
    assertThat(data.unpack().validationBatches()).isEmpty();
  }

  /** What a task has that learns from the shared examples. */
  private static SharedExamples.Stream inMemory() {
    return new SharedExamples.Stream(TrainingData.of(sequences(), 3));
  }

  @ParameterizedTest
  @MethodSource("serializers")
  void training_stream_goesWithTheTask(Serializer serializer) {
    IteratorFactory source = () -> new ListDataSetIterator<>(sequences().asList(), 2);
    TrainingData stream = TrainingData.streaming(source);
    MemberData back = send(new PackedMemberData(stream, List.of(), 0), serializer).unpack();
    assertThat(new SharedExamples.Stream(stream).or(back.examples()).source()).isSameAs(source);
    assertThatIllegalStateException()
        .isThrownBy(() -> inMemory().or(back.examples()))
        .withMessage("neither examples nor a stream were sent");
  }
}
