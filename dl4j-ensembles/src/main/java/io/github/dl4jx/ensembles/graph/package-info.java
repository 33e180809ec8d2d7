/** Parts of ensembles that are parts of networks: saved with them, run by them. */
@NullMarked
package io.github.dl4jx.ensembles.graph;

import org.jspecify.annotations.NullMarked;
