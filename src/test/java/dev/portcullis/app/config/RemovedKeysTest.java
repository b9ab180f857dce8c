package dev.portcullis.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemovedKeysTest {
    @Test
    void each_removed_key_is_named_and_no_record_reads_it() {
        List<String> removed = RemovedKeys.paths();
        List<String> written = removed.stream().map(path -> path + "=1").toList();

        Loaded<NodeConfig> loaded = ConfigFile.load(Configs.empty(), written, Map.of(), NodeConfigReader::read);

        assertThat(loaded.<List<Problem>>fold(Loaded.Valid::withoutEffect, Loaded.Invalid::problems))
                .extracting(Problem::path)
                .containsExactlyInAnyOrderElementsOf(removed);
        assertThat(loaded.<List<Setting>>fold(Loaded.Valid::settings, invalid -> List.of()))
                .isNotEmpty()
                .extracting(Setting::path)
                .noneMatch(path -> removed.stream().anyMatch(gone -> (path + ".").startsWith(gone + ".")));
    }
}
