<#ftl output_format="plainText">
<#import "lib.ftl" as lib>
${lib.title(150)?replace("\\s+", " ", "r")}
