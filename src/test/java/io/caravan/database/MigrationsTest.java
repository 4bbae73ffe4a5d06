package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(PostgresExtension.class)
class MigrationsTest {
    private final Database database;
    private final Sql tables;

    @TempDir
    Path sql;

    MigrationsTest(Database database) {
        this.database = database;
        this.tables = new Sql(database);
    }

    @BeforeEach
    void noPipelineYet() {
        tables.execute("drop schema if exists rides cascade; drop schema if exists fleet cascade");
        tables.execute("drop table if exists caravan.migration_rides, caravan.migration_fleet");
    }

    @Test
    void theEngineIsMigratedOnce() {
        var before = tables.ask("select count(*) from caravan.migration");
        Migrations.engine(database);
        assertThat(tables.ask("select count(*) from caravan.migration")).isEqualTo(before);
        assertThat(tables.ask("select count(*) from caravan.lease")).isEqualTo("0");
    }

    @Test
    void eachSystemHasItsSchemaAndHistory() throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int);");
        file("fleet/V1__vehicle.sql", "create table fleet.vehicle (id int);");
        file("fleet/statement.sql", "select not a migration");
        Migrations.pipelines(database, sql);
        file("rides/V2__rider.sql", "-- has ${no} placeholder\ncreate table rider (id int);");
        Migrations.pipelines(database, sql);
        assertThat(tables.ask("select count(*) from rides.ride, rides.rider, fleet.vehicle"))
                .isEqualTo("0");
        assertThat(tables.ask("select max(version) from caravan.migration_rides"))
                .isEqualTo("2");
        assertThat(tables.ask("select max(version) from caravan.migration_fleet"))
                .isEqualTo("1");
    }

    @Test
    void anErrorNamesFileAndLineAndUndoesItsFileOnly() throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int);\n");
        file("rides/V2__rider.sql", """
                -- riders
                create table rider (id int);

                create table trip (
                    id int,
                    rider itn
                );
                """);
        file("fleet/V1__vehicle.sql", "create table vehicle (id int);\n");
        assertThatThrownBy(() -> Migrations.pipelines(database, sql))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith(sql + "/rides/V2__rider.sql:6: type \"itn\" does not exist.")
                .hasMessageContaining("Correct it and start again");
        assertThat(tables.ask("select to_regclass('rides.ride') is not null and to_regclass('rides.rider') is null"
                        + " and to_regclass('fleet.vehicle') is not null"))
                .isEqualTo("t");
        file("rides/V2__rider.sql", "create table rider (id int);\n");
        Migrations.pipelines(database, sql);
        assertThat(tables.ask("select count(*) from rides.rider")).isEqualTo("0");
    }

    @Test
    void aChangedFileIsRefusedWithTheCure() throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int);");
        Migrations.pipelines(database, sql);
        file("rides/V1__ride.sql", "create table ride (id bigint);");
        assertThatThrownBy(() -> Migrations.pipelines(database, sql))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith(sql + "/rides/V1__ride.sql: was changed after it was applied.")
                .hasMessageContaining("new one with the next version");
    }

    @Test
    void aFileThatIsGoneIsTold() throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int);");
        file("rides/V2__rider.sql", "create table rider (id int);");
        Migrations.pipelines(database, sql);
        Files.delete(sql.resolve("rides/V1__ride.sql"));
        assertThatThrownBy(() -> Migrations.pipelines(database, sql))
                .hasMessageContaining("version 1 (ride) was applied to this database, but its file is gone");
    }

    @Test
    void aVersionThatComesLateIsStillApplied() throws Exception {
        file("rides/V2__rider.sql", "create table rider (id int);");
        Migrations.pipelines(database, sql);
        file("rides/V1__ride.sql", "create table ride (id int);");
        Migrations.pipelines(database, sql);
        assertThat(tables.ask("select count(*) from rides.ride")).isEqualTo("0");
    }

    @Test
    void aNameThatFlywayWouldOverlookIsRefused() throws Exception {
        file("rides/V1_ride.sql", "create table ride (id int);");
        assertThatThrownBy(() -> Migrations.pipelines(database, sql))
                .hasMessageContaining("rides/V1_ride.sql")
                .hasMessageContaining("two underscores");
    }

    @Test
    void aFolderThatCannotNameASchemaIsRefused() throws Exception {
        file("door-sensors/V1__event.sql", "create table event (id int);");
        assertThatThrownBy(() -> Migrations.pipelines(database, sql))
                .hasMessageContaining("'door-sensors' cannot name a schema");
    }

    @Test
    void anIndexMayBeBuiltConcurrently() throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int);");
        file("rides/V2__index.sql", "create index concurrently on ride (id);");
        Migrations.pipelines(database, sql);
        assertThat(tables.ask("select count(*) from pg_indexes where schemaname = 'rides'"))
                .isEqualTo("1");
    }

    @Test
    void twoNodesMigrateAtTheSameTime(DatabaseSettings settings) throws Exception {
        file("rides/V1__ride.sql", "create table ride (id int); select pg_sleep(0.2);");
        try (var other = Database.open(settings)) {
            var here = CompletableFuture.runAsync(() -> Migrations.pipelines(database, sql));
            var there = CompletableFuture.runAsync(() -> Migrations.pipelines(other, sql));
            here.join();
            there.join();
        }
        assertThat(tables.ask("select count(*) from caravan.migration_rides where version = '1'"))
                .isEqualTo("1");
    }

    private void file(String name, String content) throws IOException {
        var file = sql.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, content);
    }
}
