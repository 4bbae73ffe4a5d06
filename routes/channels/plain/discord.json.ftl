<#ftl output_format="JSON">
<#assign content><#outputformat "Markdown">${plain}</#outputformat></#assign>
{"content": "${content?markup_string}", "allowed_mentions": {"parse": []}, "embeds": []}
