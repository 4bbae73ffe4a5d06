<#ftl output_format="plainText">
${plain?replace("\\s+", " ", "r")}
