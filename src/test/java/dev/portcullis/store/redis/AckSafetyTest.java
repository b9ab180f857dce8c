package dev.portcullis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HostPort;
import dev.portcullis.store.redis.AckSafety.Risk;
import dev.portcullis.store.redis.AckSafety.Worth;
import dev.portcullis.store.redis.RedisConfig.Topology;
import dev.portcullis.store.redis.ReplicationFacts.MasterFacts;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckSafetyTest {
    /** Of a master: its replicas, min-replicas-to-write, appendonly, and appendfsync, `?` if it is not known. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // topology | ackReplicas | replicas, required, appendonly, fsync | worth | risks
                "SENTINEL   | 1 | 1 yes yes always   | HOLDS   | ''",
                "CLUSTER    | 1 | 1 yes yes always   | HOLDS   | ''",
                "SENTINEL   | 2 | 2 yes yes always   | HOLDS   | ''",
                "SENTINEL   | 1 | 1 no  yes always   | HOLDS   | no_required_replicas",
                "SENTINEL   | 1 | 2 yes yes always   | DEPENDS | choice",
                "CLUSTER    | 1 | 2 yes yes always   | DEPENDS | choice",
                "STANDALONE | 1 | 1 yes yes always   | DEPENDS | no_failover",
                "SENTINEL   | 1 | 1 yes no  always   | DEPENDS | no_append_only",
                "SENTINEL   | 1 | 1 yes no  ?        | DEPENDS | no_append_only",
                "SENTINEL   | 1 | 1 yes yes everysec | DEPENDS | no_fsync",
                "SENTINEL   | 1 | 1 yes yes ?        | DEPENDS | unknown_fsync",
                "SENTINEL   | 0 | 1 yes yes always   | LOSES   | no_wait",
                "SENTINEL   | 0 | 2 no  yes everysec | LOSES   | no_wait no_fsync no_required_replicas",
                "STANDALONE | 0 | 0 no  yes always   | LOSES   | no_wait no_replica",
                "STANDALONE | 0 | 0 no  no  ?        | LOSES   | no_wait no_replica no_append_only",
                "SENTINEL   | 2 | 1 yes yes always   | REFUSES | too_few_replicas",
                "SENTINEL   | 1 | 0 yes yes always   | REFUSES | too_few_replicas no_replica",
            })
    void death_of_a_machine_is_judged_by_what_redis_says(
            Topology topology, int ackReplicas, String master, Worth worth, String risks) {
        AckSafety safety = AckSafety.of(new ReplicationFacts(topology, ackReplicas, List.of(master(master))));
        assertThat(safety.worth()).isEqualTo(worth);
        assertThat(safety.risks().stream().map(Risk::id).collect(Collectors.joining(" ")))
                .isEqualTo(risks);
    }

    @Test
    void worst_master_of_a_cluster_decides() {
        AckSafety safety = AckSafety.of(new ReplicationFacts(
                Topology.CLUSTER, 1, List.of(master("1 yes yes always"), master("0 yes yes always"))));
        assertThat(safety.worth()).isEqualTo(Worth.REFUSES);
        assertThat(safety.lines())
                .startsWith(Worth.REFUSES.sentence(), Risk.TOO_FEW_REPLICAS.sentence())
                .hasSize(1 + safety.risks().size());
    }

    @Test
    void sentences_are_of_one_line_and_differ() {
        assertThat(Stream.concat(
                                Stream.of(Worth.values()).map(Worth::sentence),
                                Stream.of(Risk.values()).map(Risk::sentence))
                        .toList())
                .doesNotHaveDuplicates()
                .allSatisfy(sentence -> assertThat(sentence)
                        .doesNotContain("\n")
                        .startsWith(sentence.substring(0, 1).toLowerCase(Locale.ROOT)));
    }

    private static MasterFacts master(String facts) {
        String[] words = facts.trim().split(" +", 4);
        return new MasterFacts(
                new HostPort("here", 7000),
                Integer.parseInt(words[0]),
                words[1].equals("yes"),
                words[2].equals("yes"),
                Optional.of(words[3]).filter(known -> !known.equals("?")));
    }
}
