package dev.portcullis.app.config;

import dev.portcullis.config.Section;
import dev.portcullis.uploads.UploadsConfig.Kind;

/** Checks the settings of uploads against those of the node. */
final class UploadSettings {
    private final NodeConfig config;

    UploadSettings(NodeConfig config) {
        this.config = config;
    }

    void check(Section uploads) {
        Kind kind = config.uploads().kind();
        if (kind == Kind.DISK && config.cluster().enabled()) {
            uploads.problem(
                    "kind",
                    "is disk, which only one node can use, and cluster.enabled is true",
                    "a file on the disk of one node is not there for clients of the others: write s3, and say in uploads.s3"
                            + " where it is");
        }
        if (kind != Kind.NONE && !config.dev() && config.uploads().publicUrl().isEmpty()) {
            uploads.problem(
                    "publicUrl",
                    "is missing",
                    "messages refer to files by it: write scheme, host and port by which clients reach this server, such as"
                            + " https://chat.example.com");
        }
    }
}
