/**
 * How is this node, and how was it in the last hour? Samples the metrics of the node, keeps a bounded history in memory,
 * and tells what operators are shown. The history begins with the start. Without a value it shows zero.
 */
@NullMarked
package dev.portcullis.admin.node;

import org.jspecify.annotations.NullMarked;
