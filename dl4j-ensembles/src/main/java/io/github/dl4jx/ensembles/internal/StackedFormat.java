package io.github.dl4jx.ensembles.internal;

import io.github.dl4jx.training.jobs.ResultFormat;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;

/**
 * The members of a group, one after the other: their number, then of each the number of its bytes
 * and these.
 */
final class StackedFormat implements ResultFormat<List<Model>> {

  private static final long serialVersionUID = 1;

  private final NetworkFormat member;

  StackedFormat(NetworkFormat member) {
    this.member = member;
  }

  @Override
  public String extension() {
    return "members";
  }

  @Override
  public byte[] write(List<Model> networks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(networks.size());
    for (Model network : networks) {
      byte[] zip = member.write(network);
      out.writeInt(zip.length);
      out.write(zip);
    }
    return bytes.toByteArray();
  }

  @Override
  public List<Model> read(byte[] bytes, String name) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int members = next(in, Integer.BYTES, name);
    List<Model> networks = new ArrayList<>();
    try {
      for (int m = 0; m < members; m++) {
        byte[] zip = new byte[next(in, 1, name)];
        in.get(zip);
        networks.add(member.read(zip, name));
      }
      if (in.hasRemaining() || members == 0) {
        throw damaged(name);
      }
      return networks;
    } catch (IOException | RuntimeException e) {
      release(networks);
      throw e;
    }
  }

  /** A count of things of at least some bytes each, all of which must be there. */
  private static int next(ByteBuffer in, int bytes, String name) throws IOException {
    if (in.remaining() < Integer.BYTES) {
      throw damaged(name);
    }
    int count = in.getInt();
    if (count < 0 || (long) count * bytes > in.remaining()) {
      throw damaged(name);
    }
    return count;
  }

  private static IOException damaged(String name) {
    return new IOException(name + " is damaged: it does not hold a group of members");
  }

  @Override
  public void release(List<Model> networks) {
    networks.forEach(member::release);
  }
}
