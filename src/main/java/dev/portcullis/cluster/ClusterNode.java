package dev.portcullis.cluster;

import dev.portcullis.bus.Stage;
import java.util.Map;

/**
 * A node as its row in the directory describes it.
 *
 * @param stages numbers of instances that answer there
 * @param reachable whether Hazelcast has a connection to it
 * @param seenMs how long ago the directory was seen to have the row
 */
public record ClusterNode(String node, String version, Map<Stage, Integer> stages, boolean reachable, long seenMs) {}
