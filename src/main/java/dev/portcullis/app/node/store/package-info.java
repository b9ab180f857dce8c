/**
 * Which engine keeps the data of each stage? Opens the store ports on the embedded store or on Redis. A port that a stage
 * needs is missing here only if it does not compile.
 */
@NullMarked
package dev.portcullis.app.node.store;

import org.jspecify.annotations.NullMarked;
