package io.github.dl4jx.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dl4jx.ensembles.train.TrainingData;
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

class SentDataTest {

  private static Stream<Serializer> serializers() {
    return Stream.of(new JavaSerializer(new SparkConf()), new KryoSerializer(new SparkConf()));
  }

  private static SentData send(SentData data, Serializer serializer) {
    ClassTag<SentData> type = ClassTag$.MODULE$.apply(SentData.class);
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
    SentData back =
        send(new SentData(TrainingData.of(masked, 3), List.of(plain, masked)), serializer);
    TrainingData training = back.training();
    assertThat(training.batch()).isEqualTo(3);
    assertEqual(training.examples(), masked);
    assertThat(back.validation()).hasSize(2);
    assertEqual(back.validation().get(0), plain);
    assertEqual(back.validation().get(1), masked);
  }

  @Test
  void training_askedTwice_isOneObjectForAllMembers() {
    SentData data = new SentData(TrainingData.of(sequences(), 3), List.of());
    assertThat(data.training()).isSameAs(data.training());
    assertThat(data.validation()).isEmpty();
  }

  @Test
  void training_stream_isNotSent() {
    TrainingData stream =
        TrainingData.streaming(() -> new ListDataSetIterator<>(sequences().asList(), 2));
    assertThat(new SentData(stream, List.of()).training()).isNull();
  }
}
