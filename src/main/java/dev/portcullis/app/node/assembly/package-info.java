/**
 * What is each stage of this node made of? One class for each stage puts its objects together, and one the admin listener.
 * They open nothing that the node has to wait for, and leave what they began in the steps of the stop.
 */
@NullMarked
package dev.portcullis.app.node.assembly;

import org.jspecify.annotations.NullMarked;
