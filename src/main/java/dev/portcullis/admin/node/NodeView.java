package dev.portcullis.admin.node;

import java.util.Map;

/**
 * A node, as this one sees it.
 *
 * @param stages instances that answer there, by stage; none while the node starts, and only the edge while it drains
 * @param reachable whether the cluster has a connection to it
 * @param seenMs how long ago its row in the directory was read
 */
public record NodeView(
        String node, boolean self, String version, Map<String, Integer> stages, boolean reachable, long seenMs) {}
