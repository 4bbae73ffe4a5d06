package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.caravan.routes.RouteValidator.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RouteValidatorTest {
    private static final String BEAN = "- beans:\n    - name: greeter\n      type: "
            + RouteLoaderTest.Greeter.class.getName() + "\n      properties:\n        ";

    @TempDir
    Path project;

    @BeforeEach
    void layOutAProject() throws Exception {
        write("config/application.properties", "known.key=x\nperiod=5s\n");
        write(
                "sql/telematics/V001__packets.sql",
                "-- create table telematics.no_such (x int);\nCREATE SCHEMA telematics;\nCREATE TABLE IF NOT EXISTS telematics.packet (id int);\n");
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(
                        "bad indentation",
                        route("- log: a\n       - log: b"),
                        "7: while parsing a block mapping: expected <block end>, but found '<block sequence start>'; check the indentation, the dashes and the colons there"),
                arguments(
                        "a tab",
                        "- route:\n\tid: x",
                        "2: while scanning for the next token: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation); check the indentation, the dashes and the colons there"),
                arguments(
                        "an unknown step",
                        route("- setBoddy: {constant: x}"),
                        "6: 'setBoddy' is not known in a step; did you mean 'setBody'?"),
                arguments(
                        "a step's misspelt option",
                        route("- log: {mesage: x}"),
                        "6: 'mesage' is not known in 'log'; did you mean 'message'?"),
                arguments(
                        "a step's missing option",
                        route("- to: {parameters: {a: b}}"),
                        "6: 'to' lacks 'uri'; add `uri:`"),
                arguments(
                        "an unknown language",
                        route("- setBody: {simpel: x}"),
                        "6: 'simpel' is not known in 'setBody'; did you mean 'simple'?"),
                arguments(
                        "two steps under one dash",
                        route("- log: a\n          to: log:x"),
                        "7: a step has one key, but here are 2: log, to; indent 'to' under 'log', or give it a dash of its own"),
                arguments(
                        "a step without its colon",
                        route("- stop"),
                        "6: a step cannot be the text 'stop'; write `stop:` with a colon"),
                arguments(
                        "a value that is none of them",
                        route("- log: {message: x, loggingLevel: WARNING}"),
                        "6: 'loggingLevel' cannot be 'WARNING'; did you mean 'WARN'?"),
                arguments(
                        "neither true nor false",
                        route("- log: {message: x, disabled: yess}"),
                        "6: 'disabled' is 'yess', which is neither true nor false; write true or false"),
                arguments(
                        "a key that stands twice",
                        route("- log: {message: a, message: b}"),
                        "6: 'message' stands twice here; keep one of the two"),
                arguments(
                        "no steps",
                        "- route:\n    from:\n      uri: timer:x\n",
                        "3: 'from' lacks 'steps'; add `steps:`"),
                arguments(
                        "an entry that does not exist",
                        "- rout:\n    id: x\n",
                        "1: 'rout' is not known in an entry of the file; did you mean 'route'?"),
                arguments(
                        "no list",
                        "route:\n  id: x\n",
                        "1: A file of routes is a list; start each entry with a dash: `- route:` or `- beans:`"),
                arguments(
                        "an endpoint option in the URI",
                        route("- log: x").replace("timer:x", "timer:x?perod=1s"),
                        "4: 'perod' is not an option of timer; did you mean 'period'?"),
                arguments(
                        "an endpoint option as parameter",
                        route("- to: {uri: seda:x, parameters: {sise: 5}}"),
                        "6: 'sise' is not an option of seda; did you mean 'size'?"),
                arguments(
                        "an option that is no number",
                        route("- to: seda:x?size=many"),
                        "6: 'size' is 'many', which is no whole number; write a whole number"),
                arguments(
                        "an option that is no duration",
                        route("- log: x").replace("timer:x", "timer:x?period=soon"),
                        "4: 'period' is 'soon', which is no duration; write e.g. 500 (milliseconds), 30s, 5m or 1h30m"),
                arguments(
                        "an unknown scheme",
                        route("- to: sedda:x"),
                        "6: There is no component 'sedda'; did you mean 'seda'?"),
                arguments(
                        "a component whose jar is missing",
                        route("- to: ftp:x"),
                        "6: There is no component 'ftp'; put camel-ftp on the classpath"),
                arguments(
                        "a placeholder that nothing defines",
                        route("- to: seda:{{known.kez}}"),
                        "6: Nothing defines {{known.kez}}; did you mean 'known.key'? Otherwise set it in config/application.properties or in the environment"),
                arguments(
                        "a missing bean",
                        route("- process: {ref: nobody}"),
                        "6: No bean could be found in the registry for: nobody of type: org.apache.camel.Processor; define the bean under `beans:` or mend the name"),
                arguments(
                        "a bean's unknown type",
                        "- beans:\n    - name: b\n      type: no.such.Type\n",
                        "3: There is no class no.such.Type; mend the type, or put its jar on the classpath"),
                arguments(
                        "a list as a bean's property",
                        BEAN + "greeting: [hello, hi]\n",
                        "5: 'greeting' is a list, which a property of a bean can't be; write it as one text: \"hello, hi\""),
                arguments(
                        "a bean's misspelt property",
                        BEAN + "greting: x\n",
                        "5: 'greting' is not a property of io.caravan.routes.RouteLoaderTest$Greeter; did you mean 'greeting'?"),
                arguments(
                        "a bean's own complaint",
                        BEAN + "greeting: \"\"\n",
                        "5: Bean 'greeter': A greeting has words; mend the bean's properties"),
                arguments(
                        "a bean without a name",
                        "- beans:\n    - type: java.lang.Object\n",
                        "2: an item of 'beans' lacks 'name'; add `name:`"),
                arguments(
                        "an empty file",
                        "\n",
                        "1: The file is empty; write routes into it, or delete it if its routes shall go"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeIsOneLineWithItsPlaceAndItsCure(String name, String yaml, String expected) throws Exception {
        Path file = write("routes/one.yaml", yaml);
        assertThat(validate(file)).containsExactly(file + ":" + expected);
    }

    @Test
    void aRouteWithoutMistakesIsClean() throws Exception {
        write("config/providers/b.yaml", BEAN + "greeting: hi\n");
        Path file = write("routes/one.yaml", route("""
                - choice:
                            when:
                              - simple: ${body} == 1
                                steps:
                                  - to: bean:greeter?method=greet
                            otherwise:
                              steps:
                                - setHeader: {name: a, constant: "{{known.key}}"}
                        - to: {uri: seda, parameters: {name: x, size: 5}}
                        - toD: "seda:${header.a}?size=5"
                        - transacted: {}
                        - marshal: {json: {library: Jackson}}
                        - split: {expression: {simple: "${body}"}, steps: [{log: "${body}"}]}
                        - to: http://example.org/x?anything=goes
                        - stop: {}""").replace("timer:x", "timer:x?period={{period}}"));
        assertThat(validate(file)).isEmpty();
    }

    @Test
    void everyMistakeOfAFileIsTold() throws Exception {
        Path file = write(
                "routes/one.yaml",
                route("- setBoddy: {constant: x}\n        - log: {mesage: x}\n        - to: seda:x?sise=1"));
        assertThat(validate(file))
                .hasSize(3)
                .satisfiesExactly(
                        a -> assertThat(a).contains(":6:"),
                        b -> assertThat(b).contains(":7:"),
                        c -> assertThat(c).contains(":8:"));
    }

    @Test
    void aRouteIdThatIsTakenIsToldWithItsOtherPlace() throws Exception {
        Path first = write("routes/a.yaml", route("- log: x"));
        Path second = write("routes/b.yaml", "\n" + route("- log: x"));
        assertThat(validate(second))
                .containsExactly(second + ":3: The route id 'one' is taken by " + first
                        + ":2; give one of the two another name");
    }

    @Test
    void aTableThatNoMigrationMakesIsTold() {
        SqlTables tables = SqlTables.migratedBy(project.resolve("sql"));
        assertThat(tables.exists("telematics.packet")).isTrue();
        assertThat(tables.exists("telematics.no_such")).isFalse();
    }

    @Test
    void renamedAndDroppedTablesAreKnownAsSuch() throws Exception {
        write(
                "sql/x/V2__b.sql",
                "set search_path to s; alter table a rename to b; create table \"Quoted\" (x int); drop table if exists gone;");
        write("sql/x/V1__a.sql", "create table s.a (x int); create unlogged table s.gone (x int);");
        write("sql/x/V10__c.sql", "create table s.gone (x int) /* again */;");
        SqlTables tables = SqlTables.migratedBy(project.resolve("sql"));
        assertThat(tables.names()).contains("s.b", "s.Quoted", "s.gone").doesNotContain("s.a");
    }

    @Test
    void ourOwnFilesAreCheckedAgainstTheirSchemas() throws Exception {
        write("config/schemas/fleets.schema.json", """
                {"type": "object", "additionalProperties": false, "required": ["name"],
                 "properties": {"name": {"type": "string"}, "quiet": {"type": "array", "items": {
                   "type": "object", "additionalProperties": false, "properties": {"days": {"type": "integer"}}}}}}
                """);
        Path file = write("config/fleets/north.yaml", "# fleets\nquiet:\n  - dais: 3\n  - days: x\n");
        assertThat(validate(file))
                .hasSize(3)
                .contains(file + ":3: 'dais' is not known in 'quiet.0'; did you mean 'days'?")
                .contains(file + ":2: the file lacks 'name'; add `name:`")
                .anyMatch(line -> line.startsWith(file + ":4: 'quiet.1.days' "));
    }

    @Test
    void whatTheEnvironmentSetsIsKnown() throws Exception {
        Path file = write("routes/one.yaml", route("- to: seda:{{from.outside}}"));
        RouteValidator validator = new RouteValidator(Project.in(project, Map.of("FROM_OUTSIDE", "x")));
        assertThat(validator.validate(List.of(file)))
                .noneMatch(problem -> problem.what().contains("Nothing defines"));
    }

    private List<String> validate(Path file) {
        return new RouteValidator(Project.in(project, Map.of()))
                .validate(List.of(file)).stream().map(Problem::toString).toList();
    }

    private Path write(String file, String text) throws Exception {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private static String route(String steps) {
        return "- route:\n    id: one\n    from:\n      uri: timer:x\n      steps:\n        " + steps + "\n";
    }
}
