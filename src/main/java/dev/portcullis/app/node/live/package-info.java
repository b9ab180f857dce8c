/**
 * Which settings can change while the node runs, and which must all nodes share? Puts new settings in force, on one node or on all
 * of a cluster, all of them or none.
 * An update that can't be applied changes nothing and says why.
 */
@NullMarked
package dev.portcullis.app.node.live;

import org.jspecify.annotations.NullMarked;
