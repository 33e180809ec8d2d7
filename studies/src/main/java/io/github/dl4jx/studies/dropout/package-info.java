/** The networks of the dropout paper, with and without dropout. */
@NullMarked
package io.github.dl4jx.studies.dropout;

import org.jspecify.annotations.NullMarked;
