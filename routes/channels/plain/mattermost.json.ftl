<#ftl output_format="JSON">
<#assign text><#outputformat "Markdown">${plain}</#outputformat></#assign>
{<#if address?has_content>"channel": "${address}", </#if>"text": "${text?markup_string}"}
