package io.github.dl4jx.arguments;

import io.github.dl4jx.training.network.ArrayFormat;
import io.github.dl4jx.training.network.LoadPolicy;
import io.github.dl4jx.training.network.MemoryBudget;
import io.github.dl4jx.training.network.NetworkZip;
import io.github.dl4jx.training.network.SavedConfiguration;
import io.github.dl4jx.training.network.ZipStream;
import io.github.dl4jx.training.resume.ListenerState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Good values and objects of what reads files. */
final class FileTables {

  private static final long BUDGET = 1 << 20;

  private FileTables() {}

  /** What may fail to be read. */
  private interface Reader<T> {
    T read() throws IOException;
  }

  private static <T> T read(Reader<T> reader) {
    try {
      return reader.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void add(Good good) {
    networks(good);
    arrays(good);
    good.value("FolderLock:folder", world -> world.folder().toPath())
        .value("AtomicFiles#deleteLeftovers:folder", world -> world.folder().toPath())
        .instance("ListenerState", world -> new ListenerState("k", Map.of("name", "1"), List.of()));
  }

  private static void networks(Good good) {
    good.instance("LoadPolicy", world -> LoadPolicy.standard())
        .value("LoadPolicy", world -> LoadPolicy.standard())
        .value("Class[]", world -> new Class<?>[] {FileTables.class})
        .value("String:json", world -> World.configuration().toJson())
        .instance("MemoryBudget", world -> new MemoryBudget(BUDGET))
        .value("MemoryBudget", world -> new MemoryBudget(BUDGET))
        .value("ManifestText:text", world -> "a=b")
        .value("NetworkZip:in", FileTables::zip)
        .instance(
            "NetworkZip",
            world -> read(() -> NetworkZip.check(zip(world), new MemoryBudget(BUDGET))))
        .value("RegularFiles:file", world -> world.text().toPath())
        .instance("SavedConfiguration", world -> configuration())
        .value(
            "SavedConfiguration#checkNumber:parameters", world -> read(configuration()::parameters))
        .value("SavedConfiguration#network:parameters", world -> world.network().params().dup())
        .value("ZipStream:in", FileTables::zip)
        .value("ZipStream:file", world -> EnsembleTables.modelFile(world).toPath())
        .instance("ZipStream", world -> new ZipStream(zip(world), new MemoryBudget(BUDGET)));
  }

  private static InputStream zip(World world) {
    return new ByteArrayInputStream(EnsembleTables.modelBytes(world));
  }

  private static SavedConfiguration<MultiLayerNetwork> configuration() {
    return read(
        () ->
            SavedConfiguration.read(
                World.configuration().toJson(),
                MultiLayerNetwork.class,
                LoadPolicy.standard(),
                new MemoryBudget(BUDGET)));
  }

  private static void arrays(Good good) {
    good.value("ArrayFormat:in", world -> array())
        .value("ArrayFormat#numbers:in", world -> numbers())
        .value("Header", world -> header(array()))
        .value("ArrayFormat:target", world -> Nd4j.create(DataType.FLOAT, 4))
        .instance("ArrayFormat.Header", world -> header(array()))
        .value("OutputStream", world -> new ByteArrayOutputStream())
        .value("ArrayFormat.Description:text", world -> "FLOAT 4")
        .value("ArrayFormat.Header:size", world -> (long) arrayBytes().length);
  }

  private static ArrayFormat.Header header(InputStream in) {
    return read(() -> ArrayFormat.header(in));
  }

  private static InputStream array() {
    return new ByteArrayInputStream(arrayBytes());
  }

  /** What is left of an array when its header has been read. */
  private static InputStream numbers() {
    InputStream in = array();
    header(in);
    return in;
  }

  private static byte[] arrayBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    return read(
        () -> {
          Nd4j.write(Nd4j.ones(DataType.FLOAT, 4), new DataOutputStream(bytes));
          return bytes.toByteArray();
        });
  }
}
