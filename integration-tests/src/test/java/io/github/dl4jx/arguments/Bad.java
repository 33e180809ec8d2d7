package io.github.dl4jx.arguments;

import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The table of bad values, by type. */
final class Bad {

  /** A bad value and what it is called. */
  record Value(String name, Function<World, ?> maker) {

    Object make(World world) {
      return maker.apply(world);
    }
  }

  private static final Value NULL = new Value("null", world -> null);

  private Bad() {}

  private static Value of(Object value) {
    return new Value(String.valueOf(value), world -> value);
  }

  private static Value named(String name, Supplier<?> value) {
    return new Value(name, world -> value.get());
  }

  /** What is tried for a parameter that has a good value. */
  static List<Value> of(Parameter parameter, Object good) {
    Class<?> type = parameter.getType();
    if (type.isPrimitive()) {
      return primitives(type);
    }
    List<Value> values = new ArrayList<>(List.of(NULL));
    if (type.isArray()) {
      values.addAll(arrays(type, good));
    } else if (good instanceof List<?> list && list.get(0) instanceof INDArray first) {
      values.add(of(List.of()));
      values.add(named("[null]", () -> Arrays.asList(new INDArray[] {null})));
      values.add(named("[array, null]", () -> Arrays.asList(first, null)));
      for (Value array : of(first)) {
        values.add(
            named(
                "[array, " + array.name + "]",
                () -> Arrays.asList(first, (INDArray) array.make(null))));
      }
    } else if (Collection.class.isAssignableFrom(type)) {
      values.add(of(List.of()));
      values.add(named("[null]", () -> new ArrayList<>(Arrays.asList((Object) null))));
    } else if (type == Map.class) {
      values.add(of(Map.of()));
      values.add(named("{x=null}", () -> new HashMap<>(Collections.singletonMap("x", null))));
    } else if (type == INDArray.class) {
      values.addAll(of(good == null ? aMask() : (INDArray) good));
    } else if (BY_TYPE.containsKey(type)) {
      values.addAll(BY_TYPE.get(type));
    }
    return values;
  }

  private static List<Value> primitives(Class<?> type) {
    if (type == int.class) {
      return List.of(of(-1), of(0), of(Integer.MIN_VALUE), of(Integer.MAX_VALUE));
    } else if (type == long.class) {
      return List.of(of(-1L), of(0L), of(Long.MIN_VALUE), of(Long.MAX_VALUE));
    } else if (type == double.class) {
      return List.of(
          of(Double.NaN),
          of(Double.POSITIVE_INFINITY),
          of(Double.NEGATIVE_INFINITY),
          of(-1.0),
          of(0.0),
          of(Double.MAX_VALUE));
    }
    return List.of();
  }

  private static INDArray aMask() {
    return Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 1);
  }

  private static List<Value> of(INDArray good) {
    long[] shape = good.shape();
    long[] wider = shape.clone();
    long[] longer = shape.clone();
    List<Value> values = new ArrayList<>();
    values.add(named("empty", () -> Nd4j.empty(good.dataType())));
    values.add(named("scalar", () -> Nd4j.scalar(good.dataType(), 0.5)));
    if (shape.length != 1) {
      values.add(named("rank 1", () -> Nd4j.ones(good.dataType(), 5)));
    }
    if (shape.length != 3) {
      values.add(named("rank 3", () -> Nd4j.ones(good.dataType(), 2, 3, 4)));
    }
    values.add(named("rank 5", () -> Nd4j.ones(good.dataType(), 1, 2, 1, 2, 1)));
    if (shape.length > 0) {
      longer[0]++;
      values.add(named("more rows", () -> Nd4j.ones(good.dataType(), longer)));
    }
    if (shape.length > 1) {
      wider[1]++;
      values.add(named("more columns", () -> Nd4j.ones(good.dataType(), wider)));
    }
    values.add(named("INT", () -> good.castTo(DataType.INT32)));
    values.add(named("BOOL", () -> Nd4j.zeros(DataType.BOOL, shape)));
    values.add(named("all NaN", () -> naN(good)));
    return values;
  }

  private static List<Value> arrays(Class<?> type, Object good) {
    if (type == double[].class) {
      return doubles(array -> array);
    } else if (type == float[].class) {
      return doubles(Bad::floats);
    } else if (type == int[].class) {
      return List.of(
          new Value("[]", world -> new int[0]),
          new Value("[-1]", world -> new int[] {-1}),
          new Value("[0]", world -> new int[] {0}),
          new Value("[2147483647]", world -> new int[] {Integer.MAX_VALUE}));
    } else if (type == boolean[].class) {
      return List.of(new Value("[]", world -> new boolean[0]));
    }
    Class<?> of = type.getComponentType();
    List<Value> values = new ArrayList<>();
    values.add(named("[]", () -> Array.newInstance(of, 0)));
    values.add(named("[null]", () -> Array.newInstance(of, 1)));
    if (of == INDArray.class) {
      for (Value array : of(good == null ? aMask() : ((INDArray[]) good)[0])) {
        values.add(
            named("[" + array.name + "]", () -> new INDArray[] {(INDArray) array.make(null)}));
      }
    }
    return values;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static List<Value> doubles(Function<double[], ?> cast) {
    List<Value> values = new ArrayList<>();
    values.add(named("[]", () -> cast.apply(new double[0])));
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1}) {
      values.add(named("[" + value + "]", () -> cast.apply(new double[] {value})));
    }
    return values;
  }

  private static DataSetIterator iterator(DataSet data) {
    return new ExistingDataSetIterator(List.of(data));
  }

  private static DataSetIterator thatReturnsNull() {
    return (DataSetIterator)
        Proxy.newProxyInstance(
            Bad.class.getClassLoader(),
            new Class<?>[] {DataSetIterator.class},
            (proxy, method, arguments) -> nothing(method.getReturnType(), method.getName()));
  }

  private static MultiDataSetIterator multiThatReturnsNull() {
    return (MultiDataSetIterator)
        Proxy.newProxyInstance(
            Bad.class.getClassLoader(),
            new Class<?>[] {MultiDataSetIterator.class},
            (proxy, method, arguments) -> nothing(method.getReturnType(), method.getName()));
  }

  private static Object nothing(Class<?> type, String method) {
    if (type == boolean.class) {
      return method.equals("hasNext") || method.equals("resetSupported");
    }
    return method.equals("toString")
        ? "an iterator that returns null"
        : type == int.class ? 0 : null;
  }

  /** Not with mul or addi: ND4J makes 1e-5 of a factor NaN. */
  static INDArray naN(INDArray like) {
    double[] values = new double[(int) like.length()];
    Arrays.fill(values, Double.NaN);
    return Nd4j.createFromArray(values).reshape(like.shape()).castTo(like.dataType());
  }

  private static final List<Value> FILES =
      List.of(
          new Value("missing", World::missing),
          new Value("a text", World::text),
          new Value("a folder", World::folder),
          new Value("no name", world -> new File("")),
          new Value("NUL", world -> new File("a\0b")));

  private static final List<Value> UNINITIALIZED =
      List.of(
          new Value("without init()", world -> new MultiLayerNetwork(World.configuration())),
          new Value(
              "graph without init()", world -> new ComputationGraph(World.graphConfiguration())),
          new Value("a layer", world -> world.network().getLayer(0)));

  private static final Map<Class<?>, List<Value>> BY_TYPE = new HashMap<>();

  static {
    BY_TYPE.put(
        String.class,
        List.of(
            named("empty", () -> ""),
            named("blank", () -> " "),
            of("no such thing"),
            named("10,000 x", () -> "x".repeat(10_000))));
    BY_TYPE.put(File.class, FILES);
    BY_TYPE.put(
        Path.class,
        List.of(
            new Value("missing", world -> world.missing().toPath()),
            new Value("a folder", world -> world.folder().toPath())));
    BY_TYPE.put(Model.class, UNINITIALIZED);
    BY_TYPE.put(MultiLayerNetwork.class, UNINITIALIZED.subList(0, 1));
    BY_TYPE.put(ComputationGraph.class, UNINITIALIZED.subList(1, 2));
    BY_TYPE.put(
        DataSet.class,
        List.of(
            named("without anything", DataSet::new),
            named("without labels", () -> new DataSet(World.features(), null)),
            named("without features", () -> new DataSet(null, World.labels()))));
    BY_TYPE.put(
        DataSetIterator.class,
        List.of(
            named("empty", () -> new ListDataSetIterator<>(List.<DataSet>of(), 1)),
            named("of null", Bad::thatReturnsNull),
            named("without labels", () -> iterator(new DataSet(World.features(), null))),
            named("without features", () -> iterator(new DataSet(null, World.labels()))),
            named(
                "more columns",
                () ->
                    iterator(
                        new DataSet(Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 7), World.labels()))),
            named(
                "other labels",
                () ->
                    iterator(
                        new DataSet(
                            World.features(), Nd4j.ones(DataType.FLOAT, World.EXAMPLES, 5)))),
            named("NaN", () -> iterator(new DataSet(naN(World.features()), World.labels())))));
    BY_TYPE.put(
        MultiDataSetIterator.class,
        List.of(
            named("of null", Bad::multiThatReturnsNull),
            named(
                "without labels",
                () ->
                    new SingletonMultiDataSetIterator(
                        new MultiDataSet(new INDArray[] {World.features()}, null)))));
    BY_TYPE.put(Supplier.class, List.of(named("of null", () -> (Supplier<?>) () -> null)));
    BY_TYPE.put(IntFunction.class, List.of(named("of null", () -> (IntFunction<?>) i -> null)));
    BY_TYPE.put(Class.class, List.of(of(String.class)));
    BY_TYPE.put(ScoreCalculator.class, List.of());
    BY_TYPE.put(DataSetPreProcessor.class, List.of());
  }
}
