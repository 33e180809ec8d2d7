package io.github.dl4jx.training.parallel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Links between threads: a queue for each pair and direction. */
final class QueueLink implements WorkerLink {

  private static final int PATIENCE_SECONDS = 20;

  private final int index;

  /** By sender, then receiver. */
  private final List<List<BlockingQueue<ByteBuffer>>> queues;

  private QueueLink(int index, List<List<BlockingQueue<ByteBuffer>>> queues) {
    this.index = index;
    this.queues = queues;
  }

  static List<QueueLink> mesh(int workers) {
    List<List<BlockingQueue<ByteBuffer>>> queues = new ArrayList<>();
    for (int from = 0; from < workers; from++) {
      queues.add(new ArrayList<>());
      for (int to = 0; to < workers; to++) {
        queues.get(from).add(new LinkedBlockingQueue<>());
      }
    }
    List<QueueLink> links = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      links.add(new QueueLink(w, queues));
    }
    return links;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public int workers() {
    return queues.size();
  }

  @Override
  public void send(int to, ByteBuffer message) {
    ByteBuffer copy = ByteBuffer.allocate(message.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(message.duplicate()).flip();
    queues.get(index).get(to).add(copy);
    assertAhead(queues.get(index).get(to).size());
  }

  private static void assertAhead(int waiting) {
    if (waiting > 2) {
      throw new AssertionError(waiting + " messages wait for one worker");
    }
  }

  @Override
  public ByteBuffer receive(int from) {
    try {
      ByteBuffer message = queues.get(from).get(index).poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new IllegalStateException("worker " + from + " is silent");
      }
      return message;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
