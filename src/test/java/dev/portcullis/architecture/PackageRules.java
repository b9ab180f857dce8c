package dev.portcullis.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import io.vertx.core.VerticleBase;
import java.util.List;

/** Imports between packages point in one direction, and stages do not import each other. */
final class PackageRules {
    private static final String ROOT = "dev.portcullis.";
    private static final List<String> STAGES = List.of("auth", "ratelimit", "rooms", "broadcast");

    @ArchTest
    static final ArchRule imports_point_downwards = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.portcullis..")
            .layer("app")
            .definedBy(ROOT + "app..")
            .layer("client")
            .definedBy(ROOT + "client..")
            .layer("doors")
            .definedBy(ROOT + "edge..", ROOT + "admin..")
            .layer("stages")
            .definedBy(ROOT + "auth..", ROOT + "ratelimit..", ROOT + "rooms..", ROOT + "broadcast..")
            .layer("archive")
            .definedBy(ROOT + "archive..")
            .layer("uploads")
            .definedBy(ROOT + "uploads..")
            .layer("streams")
            .definedBy(ROOT + "streams..")
            .layer("cluster")
            .definedBy(ROOT + "cluster..")
            .layer("hooks")
            .definedBy(ROOT + "hooks..")
            .layer("ground")
            .definedBy(
                    ROOT + "store..",
                    ROOT + "bus..",
                    ROOT + "inventory..",
                    ROOT + "content..",
                    ROOT + "search..",
                    ROOT + "events..",
                    ROOT + "audit..",
                    ROOT + "http..")
            .layer("resilience")
            .definedBy(ROOT + "resilience..")
            .layer("values")
            .definedBy(ROOT + "config..", ROOT + "protocol..", ROOT + "json..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("doors")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("stages")
            .mayOnlyBeAccessedByLayers("app", "doors")
            .whereLayer("archive")
            .mayOnlyBeAccessedByLayers("app", "stages")
            .whereLayer("uploads")
            .mayOnlyBeAccessedByLayers("app", "doors")
            .whereLayer("streams")
            .mayOnlyBeAccessedByLayers("app", "doors", "stages", "archive")
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("hooks")
            .mayOnlyBeAccessedByLayers("app", "doors", "stages", "archive", "streams")
            .whereLayer("ground")
            .mayOnlyBeAccessedByLayers("app", "doors", "stages", "archive", "uploads", "streams", "cluster", "hooks")
            .whereLayer("resilience")
            .mayOnlyBeAccessedByLayers(
                    "app", "doors", "stages", "archive", "uploads", "streams", "cluster", "hooks", "ground");

    @ArchTest
    static final ArchRule client_shares_only_the_protocol_with_the_server = classes()
            .that()
            .resideInAPackage(ROOT + "client..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("dev.portcullis..")
            .orShould()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "client..", ROOT + "protocol..", "java..", "javax..", "io..", "picocli..", "org..", "com..");

    @ArchTest
    static void stages_never_import_each_other(JavaClasses classes) {
        for (String stage : STAGES) {
            String[] siblings = STAGES.stream()
                    .filter(other -> !other.equals(stage))
                    .map(other -> ROOT + other + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + stage + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(siblings)
                    .check(classes);
        }
    }

    /** A frame, an HTTP call and an operator's call ask alike: an instance of the stage decides, on this node or another. */
    @ArchTest
    static final ArchRule edge_and_operators_ask_a_stage_only_by_its_client = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "edge..", ROOT + "admin..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(
                            STAGES.stream().map(stage -> ROOT + stage + "..").toArray(String[]::new))
                    .and(HasName.Predicates.nameMatching(".*(Verticle|Policy|Responder|Store)")));

    @ArchTest
    static void only_sockets_and_buffers_of_the_edge_and_the_bus_port_touch_netty(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        ROOT + "edge..",
                        ROOT + "client..",
                        ROOT + "cluster.wire..",
                        ROOT + "app.process..",
                        ROOT + "audit.tracing..") // a traced frame has a context of its own
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.vertx.core.internal..")
                .check(classes);
        noClasses()
                .that()
                .resideInAPackage(ROOT + "edge")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.handler..", "io.vertx.core.internal..")
                .check(classes);
    }

    @ArchTest
    static final ArchRule policies_use_neither_vertx_nor_io = noClasses()
            .that()
            .haveSimpleNameEndingWith("Policy")
            .or()
            .haveSimpleNameEndingWith("Rule")
            .or()
            .haveSimpleName("Orderer")
            .or()
            .resideInAPackage(ROOT + "protocol..")
            .or()
            .resideInAPackage(ROOT + "content..")
            .or()
            .resideInAPackage(ROOT + "config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "org.rocksdb..");

    @ArchTest
    static final ArchRule policies_read_no_clock = noClasses()
            .that()
            .haveSimpleNameEndingWith("Policy")
            .or()
            .haveSimpleName("Orderer")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static void each_stage_has_a_verticle_a_policy_and_a_config_record(JavaClasses classes) {
        for (String stage : STAGES) {
            List<JavaClass> cast = classes.stream()
                    .filter(each -> (each.getPackageName() + ".").startsWith(ROOT + stage + "."))
                    .toList();
            assertThat(cast)
                    .as(stage + ": one verticle")
                    .filteredOn(each -> each.getPackageName().equals(ROOT + stage))
                    .filteredOn(each -> each.isAssignableTo(VerticleBase.class))
                    .hasSize(1);
            assertThat(cast)
                    .as(stage + ": a policy")
                    .anyMatch(each -> each.getSimpleName().endsWith("Policy"));
            assertThat(cast)
                    .as(stage + ": a config record")
                    .anyMatch(each -> each.getSimpleName().endsWith("Config"));
        }
    }

    @ArchTest
    static final ArchRule verticles_are_final = classes()
            .that()
            .areAssignableTo(VerticleBase.class)
            .and()
            .areNotAnonymousClasses()
            .should(new ArchCondition<JavaClass>("be final") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    events.add(new SimpleConditionEvent(
                            item, item.getModifiers().contains(JavaModifier.FINAL), item.getName() + " is final"));
                }
            });

    private PackageRules() {}
}
