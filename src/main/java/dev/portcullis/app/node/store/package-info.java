/**
 * Which engine keeps the data of each stage, and which stages does a store belong to? For each engine, a class with the store
 * ports of all stages and its health. A store that can't be opened fails the start.
 */
@NullMarked
package dev.portcullis.app.node.store;

import org.jspecify.annotations.NullMarked;
