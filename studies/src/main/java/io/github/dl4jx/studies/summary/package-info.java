/** What all studies have found, on one page and in the README's tables. */
@NullMarked
package io.github.dl4jx.studies.summary;

import org.jspecify.annotations.NullMarked;
