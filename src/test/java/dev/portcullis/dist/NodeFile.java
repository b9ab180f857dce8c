package dev.portcullis.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.kit.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A node's configuration as containers get it, with secrets as files of a folder.
 *
 * @param secrets the folder in the container
 */
record NodeFile(String text, String secrets) {
    /** Names of the secrets that it refers to. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        Pattern.compile("\"" + secrets + "/([^\"]+)\"")
                .matcher(text)
                .results()
                .forEach(found -> names.add(found.group(1)));
        assertThat(names).hasSizeGreaterThan(3);
        return names;
    }

    /** Reads it as a node does, with the secrets of a folder of this machine. */
    NodeConfig read(Path folder, Map<String, String> environment) throws IOException {
        Path file = Files.createTempFile(folder, "node", ".json");
        Files.writeString(file, text.replace(secrets + "/", folder + "/"));
        return ConfigFile.load(file, List.of(), environment, NodeConfigReader::read)
                .fold(loaded -> loaded.value(), bad -> {
                    throw new AssertionError(bad.problems());
                });
    }

    /** Makes these secrets: certificates and keys for those that are named so, and texts for all others. */
    static void makeSecrets(Set<String> names, Path folder) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            if (name.endsWith(".crt")) {
                Files.copy(SelfSigned.any().certificate(), file);
            } else if (name.endsWith(".key")) {
                Files.copy(SelfSigned.any().key(), file);
            } else if (name.endsWith("-uri")) {
                Files.writeString(file, "rediss://portcullis:9d3e71b8a2c64f50@redis.example.com:6379\n");
            } else {
                Files.writeString(file, "7b1d0c5e9f3a48e2b6a4c8d2e0f19375" + name.hashCode() + "\n");
            }
        }
    }
}
