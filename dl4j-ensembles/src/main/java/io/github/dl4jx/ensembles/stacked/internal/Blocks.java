package io.github.dl4jx.ensembles.stacked.internal;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.AddOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The products of a layer that holds one block of weights for each member.
 *
 * <pre>{@code
 * shared input x [b, n]:   z_m = x W_m + b_m     one product with [W_1 | .. | W_M]
 * own rows x_m [b, n]:     z_m = x_m W_m + b_m   M products in one operation
 * }</pre>
 *
 * <p>ND4J's operation {@code matmul} of three dimensions calls BLAS once a member, as M calls of
 * {@code gemm} do, but it is entered from Java once: measured, it takes a third to two thirds of
 * their time.
 */
final class Blocks {

  /**
   * Up to so many, OpenBLAS is faster, 1.3 to 2 times for 784 inputs, if the examples are the rows
   * of its product and not the columns, although the result then has to be transposed; measured.
   */
  private static final int FEW_EXAMPLES = 32;

  /** Below, transposing weighs more. */
  private static final int WIDE_INPUT = 128;

  private final int members;

  /** Whether all members have one input, or each its own rows. */
  private final boolean shared;

  Blocks(int members, boolean shared) {
    this.members = members;
    this.shared = shared;
  }

  /** {@return the pre-activations, [members * b, h]} */
  INDArray forward(
      INDArray x, INDArray w, @Nullable INDArray bias, ArrayType type, LayerWorkspaceMgr memory) {
    long b = batch(x);
    long h = w.size(1) / members;
    INDArray z = memory.createUninitialized(type, w.dataType(), new long[] {members * b, h}, 'c');
    INDArray z3 = z.reshape('c', members, b, h);
    if (!shared) {
      matmul(rows(x, b), blocks(w), z3, false, false);
      if (bias != null) {
        add(z3, bias, z3);
      }
      return z;
    }
    if (b == 1) { // matrix times vector reads the weights once; gemm copies them first
      INDArray row = view(z, 'c', new long[] {members * h}, 1);
      matmul(w.transpose(), x.reshape(x.size(1)), row, false, false);
      if (bias != null) {
        row.addi(bias);
      }
      return z;
    }
    INDArray wide3 = product(x, w, memory);
    if (bias == null) {
      z3.assign(wide3);
    } else {
      add(wide3, bias, z3);
    }
    return z;
  }

  /** {@return the product with the shared input, [members, b, h], in the order that is faster} */
  private INDArray product(INDArray x, INDArray w, LayerWorkspaceMgr memory) {
    long b = batch(x);
    long h = w.size(1) / members;
    boolean few = b <= (w.size(0) < WIDE_INPUT ? FEW_EXAMPLES / 2 : FEW_EXAMPLES);
    long[] shape = few ? new long[] {b, members * h} : new long[] {members * h, b};
    INDArray wide = memory.createUninitialized(ArrayType.FF_WORKING_MEM, w.dataType(), shape, 'f');
    long[] blocks = {members, b, h};
    if (few) {
      Nd4j.gemm(x, w, wide, false, false, 1, 0);
      return view(wide, 'c', blocks, h * b, 1, b);
    }
    Nd4j.gemm(w, x, wide, true, true, 1, 0);
    return view(wide, 'c', blocks, h, members * h, 1);
  }

  /** Writes the gradients of the weights and, if there is one, of the bias, sums over the batch. */
  void gradients(
      INDArray x,
      INDArray delta,
      INDArray weightGradient,
      @Nullable INDArray biasGradient,
      LayerWorkspaceMgr memory) {
    long b = batch(x);
    long h = delta.size(1);
    INDArray d3 = delta.reshape('c', members, b, h);
    if (shared) {
      INDArray wide = wide(d3, b, h, memory);
      Nd4j.gemm(x, wide, weightGradient, true, false, 1, 0);
      if (biasGradient != null) {
        wide.sum(biasGradient, 0);
      }
    } else {
      matmul(rows(x, b), d3, blocks(weightGradient), true, false);
      if (biasGradient != null) {
        d3.sum(biasGradient.reshape(members, h), 1);
      }
    }
  }

  /** {@return the gradient with respect to the input, of its shape} */
  INDArray epsilon(INDArray x, INDArray delta, INDArray w, LayerWorkspaceMgr memory) {
    long b = batch(x);
    INDArray d3 = delta.reshape('c', members, b, delta.size(1));
    INDArray epsilon =
        memory.createUninitialized(ArrayType.ACTIVATION_GRAD, w.dataType(), x.shape(), 'c');
    if (shared) {
      INDArray product =
          Nd4j.createUninitialized(w.dataType(), new long[] {w.size(0), b}, 'f'); // rarely asked
      Nd4j.gemm(w, wide(d3, b, delta.size(1), memory), product, false, true, 1, 0);
      return epsilon.assign(product.transpose());
    }
    matmul(d3, blocks(w), epsilon.reshape('c', members, b, w.size(0)), false, true);
    return epsilon;
  }

  /** {@return the examples of a batch} */
  long batch(INDArray x) {
    return shared ? x.size(0) : x.size(0) / members;
  }

  /** Members side by side, [b, members * h]. */
  private INDArray wide(INDArray d3, long b, long h, LayerWorkspaceMgr memory) {
    INDArray wide =
        memory.createUninitialized(
            ArrayType.BP_WORKING_MEM, d3.dataType(), new long[] {b, members * h}, 'c');
    view(wide, 'c', new long[] {members, b, h}, h, members * h, 1).assign(d3);
    return wide;
  }

  private INDArray rows(INDArray x, long b) {
    return dense(x).reshape('c', members, b, x.size(1));
  }

  /** [nIn, members * h] in f order as [members, nIn, h]. */
  private INDArray blocks(INDArray w) {
    long n = w.size(0);
    long h = w.size(1) / members;
    return view(w, 'c', new long[] {members, n, h}, n * h, 1, n);
  }

  private void add(INDArray x3, INDArray bias, INDArray to) {
    INDArray bias3 = bias.reshape(members, 1, x3.size(2));
    Nd4j.exec(new AddOp(new INDArray[] {x3, bias3}, new INDArray[] {to}));
  }

  private static INDArray view(INDArray of, char order, long[] shape, long... strides) {
    return Nd4j.create(of.data(), shape, strides, of.offset(), order);
  }

  private static void matmul(INDArray x, INDArray y, INDArray to, boolean tx, boolean ty) {
    Nd4j.exec(
        DynamicCustomOp.builder("matmul")
            .addInputs(x, y)
            .addOutputs(to)
            .addIntegerArguments(tx ? 1 : 0, ty ? 1 : 0, 0)
            .build());
  }

  /** {@return the array in c order without gaps} */
  static INDArray dense(INDArray x) {
    boolean is = x.ordering() == 'c' && x.stride(1) == 1 && x.stride(0) == x.size(1);
    return is ? x : x.dup('c');
  }

  /** Refuses an input that is not [examples, columns]. */
  static void check(String layer, INDArray x, long columns) {
    if (x.rank() != 2 || x.size(1) != columns) {
      throw new DL4JInvalidInputException(
          "the input of stacked members must have the shape [examples, "
              + columns
              + "], got "
              + Arrays.toString(x.shape())
              + " "
              + layer);
    }
  }
}
