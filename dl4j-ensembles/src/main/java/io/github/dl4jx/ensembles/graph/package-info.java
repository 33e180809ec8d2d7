/**
 * What joins networks, and parts of ensembles that are parts of networks: saved and run with them.
 */
@NullMarked
package io.github.dl4jx.ensembles.graph;

import org.jspecify.annotations.NullMarked;
