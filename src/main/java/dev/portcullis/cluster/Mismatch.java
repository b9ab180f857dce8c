package dev.portcullis.cluster;

/** Why a node does not belong to another one. */
record Mismatch(String node, String what, String mend) {
    String line() {
        return "this node does not fit into the running cluster: " + node + " " + what + "; " + mend;
    }
}
